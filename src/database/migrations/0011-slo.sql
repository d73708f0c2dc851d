-- Service levels: what was counted minute by minute, how fast it burns, what is left out, and what was reported.

-- Good and valid events of one minute, as the source told; a minute that is not there is a gap.
create table slo_minutes (
  slo      text not null,
  -- event: when it was asked for; decided: when it became good or bad (the same where both are one moment).
  basis    text not null check (basis in ('event', 'decided')),
  minute   timestamptz not null check (date_trunc('minute', minute, 'UTC') = minute),
  -- Prometheus extrapolates, so counts may be fractions.
  good     double precision not null,
  valid    double precision not null,
  primary key (slo, basis, minute),
  check (good >= 0 and valid >= good and valid < 'Infinity')
);

-- Who caused the bad events of a minute, where the source tells: a handler, a provider.
create table slo_contributors (
  slo      text not null,
  minute   timestamptz not null,
  name     text not null,
  bad      double precision not null check (bad > 0),
  primary key (slo, minute, name)
);

-- How far each one is read and judged, and how its source answers.
create table slo_sources (
  slo              text primary key,
  -- Minutes before this one are read; null: none yet.
  collected_until  timestamptz,
  -- Minutes before this one were judged for burning.
  judged_until     timestamptz,
  -- When the source answered last, whatever it said.
  answered_at      timestamptz,
  -- Since when it does not answer, or has nothing new; null: it answers.
  silent_since     timestamptz,
  error            text not null default '',
  -- What is shown beside the share, such as the p95 in seconds.
  value            double precision
);

-- One time during which a budget burns too fast, from the first alert until it is over.
create table slo_episodes (
  id               uuid primary key,
  number           bigint generated always as identity unique,
  slo              text not null,
  state            text not null check (state in ('burning', 'recovered')),
  -- The fastest tier that burns now, and the fastest that ever did.
  tier             text not null,
  worst_tier       text not null,
  -- All tiers that are on, the inhibited ones too; none once it has recovered.
  tiers_on         text[] not null default '{}',
  level            text not null check (level in ('page', 'ticket')),
  opened_at        timestamptz not null,
  changed_at       timestamptz not null,
  recovered_at     timestamptz,
  peak_burn        double precision not null,
  bad              double precision not null,
  acknowledged_by  text,
  acknowledged_at  timestamptz,
  -- [{at, what, tier}]: opened, worsened, eased, reopened, recovered.
  history          jsonb not null default '[]',
  check ((recovered_at is not null) = (state = 'recovered')),
  check ((acknowledged_by is null) = (acknowledged_at is null))
);
create unique index slo_episodes_one on slo_episodes (slo) where state = 'burning';
create index slo_episodes_of on slo_episodes (slo, opened_at);

-- One time during which the budget of a window was spent.
create table slo_breaches (
  id          uuid primary key,
  slo         text not null,
  began_at    timestamptz not null,
  ended_at    timestamptz,
  check (ended_at >= began_at)
);
create unique index slo_breaches_one on slo_breaches (slo) where ended_at is null;

-- A stretch of time that is not counted, once another person said so.
create table slo_windows (
  id           uuid primary key,
  -- As people call it: LO-7.
  number       bigint generated always as identity unique,
  slo          text not null,
  from_at      timestamptz not null,
  to_at        timestamptz not null,
  cause        text not null check (cause in ('maintenance', 'bad_data')),
  note         text not null,
  created_by   text not null,
  created_key  text not null,
  created_at   timestamptz not null,
  state        text not null check (state in ('asked', 'left_out', 'put_back')),
  override_id  uuid unique references overrides (id),
  decided_at   timestamptz,
  back_override_id uuid unique references overrides (id),
  back_at      timestamptz,
  check (to_at > from_at),
  -- Nothing is left out, or counted again, without the request that was approved.
  check ((override_id is not null and decided_at is not null) = (state <> 'asked')),
  check ((back_override_id is not null and back_at is not null) = (state = 'put_back'))
);
create index slo_windows_out on slo_windows (slo, from_at) where state = 'left_out';

-- The weekly report with all that it was made from, so that it can be made again.
create table slo_reports (
  id           uuid primary key,
  -- ISO 8601: 2026-W03.
  week         text not null unique,
  from_at      timestamptz not null,
  to_at        timestamptz not null,
  made_at      timestamptz not null,
  inputs       jsonb not null,
  policy_hash  text not null,
  definitions_hash text not null
);

-- An answer that somebody showed to a channel, as it was.
create table slo_shares (
  id         uuid primary key,
  shared_by  text not null,
  shared_at  timestamptz not null,
  channel    text not null,
  model      jsonb not null
);

-- Payouts that will break their promise: one list from the first until none is left.
create table slo_risks (
  id          uuid primary key,
  slo         text not null,
  opened_at   timestamptz not null,
  -- As of when the money was read last; an older reading changes nothing.
  checked_at  timestamptz not null,
  -- Open ones whose promise is broken already, as of then; they are not at risk.
  late        integer not null default 0,
  over_at     timestamptz
);
create unique index slo_risks_one on slo_risks (slo) where over_at is null;

create table slo_risk_payouts (
  risk_id         uuid not null references slo_risks (id),
  tenant_id       text not null,
  transaction_id  text not null,
  account_id      text not null,
  payment_state   text not null,
  -- age: open for too long; pace: its provider will take too long.
  why             text not null check (why in ('age', 'pace')),
  provider        text,
  requested_at    timestamptz not null,
  breaks_at       timestamptz not null,
  -- Null: what stands there is no amount.
  amount_minor    numeric,
  currency        text not null,
  named_at        timestamptz not null,
  -- When it was told by a message of its own kind, since an edit tells nobody; null: not yet.
  told_at         timestamptz,
  -- What became of it: null while it is open and in time.
  outcome         text check (outcome in ('paid', 'late', 'dropped')),
  ended_at        timestamptz,
  primary key (risk_id, tenant_id, transaction_id),
  check ((outcome is null) = (ended_at is null))
);
create index slo_risk_payouts_of on slo_risk_payouts (tenant_id, transaction_id);

-- Escalations of service levels end when these have recovered.
alter table escalations drop constraint escalations_resolved_how_check;
alter table escalations add constraint escalations_resolved_how_check
  check (resolved_how in ('person', 'confirmed', 'accepted', 'lowered', 'adopted', 'closed', 'extended', 'recovered'));
