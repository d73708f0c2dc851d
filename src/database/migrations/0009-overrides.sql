-- What is done by hand because no button is safe: asked for by one, approved by others, bound to what they saw.

create table overrides (
  id              uuid primary key,
  -- Who says what it is about, and carries it out: payout, ...
  kind            text not null,
  tenant_id       text not null,
  subject_kind    text not null,
  subject_id      text not null,
  -- void: what was approved is not what is there any more; whoever asked may renew it.
  state           text not null check (state in
                    ('open', 'void', 'approved', 'executing', 'executed', 'failed', 'rejected', 'expired', 'canceled')),
  -- The newest of its versions.
  version         integer not null,
  target          text not null,
  -- What makes it right: the provider's word, a document, ...
  basis           text not null,
  account_id      text,
  payee_ref       text,
  currency        text,
  amount_minor    numeric(38, 0),
  -- Null: no rate is known.
  amount_reporting_minor numeric(38, 0),
  -- An actor, and the person behind it.
  requested_by    text not null,
  requester_key   text not null,
  requested_at    timestamptz not null,
  reason_code     text not null,
  reason          text not null,
  ticket          text not null,
  evidence        text not null,
  -- A request of the same was rejected before.
  after_rejection boolean not null,
  -- Where it was asked from.
  payout_id       uuid references payouts (id),
  finding_id      uuid references findings (id),
  -- The unknown operation that it names, and ends when it is carried out.
  ends_operation_id uuid references operations (id),
  -- What carries it out.
  operation_id    uuid references operations (id),
  approved_at     timestamptz,
  over_at         timestamptz,
  over_by         text,
  -- Of a rejection its words; of a failure what failed: {by, means, code, reasons}.
  over_reason     text not null default '',
  failure         jsonb,
  state_before    jsonb,
  state_after     jsonb,
  -- The state after was read until then, in vain or not.
  read_back_at    timestamptz,
  check ((over_at is not null) = (state in ('executed', 'failed', 'rejected', 'expired', 'canceled'))),
  check (state not in ('executing', 'executed') or approved_at is not null)
);
create unique index overrides_one_open on overrides (tenant_id, subject_kind, subject_id)
  where state in ('open', 'void', 'approved', 'executing');
create index overrides_subject on overrides (subject_id);
-- What the same account or payee was given by hand counts too.
create index overrides_account on overrides (tenant_id, account_id, requested_at);
create index overrides_payee on overrides (tenant_id, payee_ref, requested_at) where payee_ref is not null;
create unique index overrides_operation on overrides (operation_id) where operation_id is not null;

-- One version is one thing to agree to: when what it is about changes, it is void and its votes count no more.
create table override_versions (
  override_id     uuid not null references overrides (id),
  version         integer not null,
  opened_at       timestamptz not null,
  expires_at      timestamptz not null,
  remind_half_at  timestamptz not null,
  remind_last_at  timestamptz not null,
  -- sha256 over the terms, hex.
  request_hash    text not null,
  -- What an approver agrees to; what they saw beside it.
  terms           jsonb not null,
  facts           jsonb not null,
  -- {needed, leads, rules: [...]}
  quorum          jsonb not null,
  policy_hash     text not null,
  -- Slack ids by role, as they were when it opened: {managers: [...], leads: [...]}
  holders         jsonb not null,
  voided_at       timestamptz,
  -- [{what, before, after}]
  changes         jsonb,
  primary key (override_id, version)
);

create table override_votes (
  override_id     uuid not null,
  version         integer not null,
  -- All Slack ids of one person are one vote.
  person_key      text not null,
  user_id         text not null,
  vote            text not null check (vote in ('approve', 'reject')),
  -- What they voted as.
  role            text not null check (role in ('managers', 'leads')),
  -- Whose seat: their own key, or that of whom they stand in for.
  seat            text not null,
  -- They said that they have no interest, where nobody knows whose account it is.
  no_interest     boolean not null,
  reason          text not null default '',
  voted_at        timestamptz not null,
  -- It does not count any more since then: the role was lost before the quorum was reached.
  lapsed_at       timestamptz,
  primary key (override_id, version, person_key),
  foreign key (override_id, version) references override_versions (override_id, version)
);

-- What is said in its thread, each once.
create table override_notices (
  id              uuid primary key,
  override_id     uuid not null references overrides (id),
  version         integer not null,
  kind            text not null check (kind in
                    ('remind_half', 'remind_last', 'voided', 'approved', 'rejected', 'expired', 'executed', 'failed')),
  at              timestamptz not null,
  unique (override_id, version, kind)
);

-- Who asked for a proof in a direct message, once a press.
create table override_proofs (
  id              uuid primary key,
  override_id     uuid not null references overrides (id),
  asked_by        text not null,
  asked_at        timestamptz not null,
  locale          text not null,
  -- The bundle as it was signed, and its page for people.
  bundle          text not null,
  page            text not null
);

-- The override that an operation carries out, and the version of it that was approved: each is carried out once.
alter table operations add column override_id uuid references overrides (id);
alter table operations add column override_version integer;
alter table operations add constraint operations_override unique (override_id, override_version);
alter table operations add check ((override_id is null) = (override_version is null));
