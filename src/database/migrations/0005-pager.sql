-- What the pager is told, in order within a key: sent until it says yes.
create table pages (
  id              uuid primary key,
  seq             bigint generated always as identity,
  dedup_key       text not null,
  action          text not null check (action in ('trigger', 'acknowledge', 'resolve')),
  summary         text not null,
  severity        text not null check (severity in ('critical', 'error', 'warning', 'info')),
  -- {href, text}
  link            jsonb,
  at              timestamptz not null,
  -- unconfigured: there is no pager to tell.
  state           text not null check (state in ('wanted', 'sent', 'failed', 'unconfigured')),
  last_error      text,
  settled_at      timestamptz
);
create index pages_wanted on pages (dedup_key, seq) where state = 'wanted';

-- Whether Slack answers, as all processes together have seen it, on our Clock.
create table slack_health (
  singleton       boolean primary key default true check (singleton),
  last_ok_at      timestamptz,
  -- The first failure since it last answered; null while it answers.
  failing_since   timestamptz,
  last_failure_at timestamptz,
  last_error      text,
  -- This outage was told to the pager.
  paged_at        timestamptz
);
insert into slack_health default values;

-- Waits, since this moment, for a Slack that does not answer.
alter table cards add column held_at timestamptz;
alter table card_files add column held_at timestamptz;
-- Got its turn when Slack was back, at this moment; what was to stand before it does so first.
alter table cards add column released_at timestamptz;
create index cards_released on cards (channel) where released_at is not null and ts is null;
create index cards_held on cards (not_before, created_at) where held_at is not null;
create index card_files_held on card_files (card_id) where held_at is not null;
