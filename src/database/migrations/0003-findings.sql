-- Who closed a finding, and what was seen of it since. All null while it is open, and where a run resolved it.
alter table findings
  -- person:U...
  add column closed_by      text,
  add column closed_reason  text,
  add column closed_at      timestamptz,
  -- When a complete run that looked saw that it is over; null: resolved by hand, and no run has looked since.
  add column confirmed_at   timestamptz,
  -- When two people took it over with the opening balance.
  add column adopted_at     timestamptz;
update findings set confirmed_at = resolved_at where state = 'resolved';
create index findings_unconfirmed on findings (id) where state = 'resolved' and confirmed_at is null;
create index findings_unadopted on findings (id) where opening and state <> 'resolved' and adopted_at is null;
create index findings_owner on findings (owner) where owner is not null and state <> 'resolved';

alter table finding_history
  add column reason         text,
  -- accepted and proposed: until when.
  add column until          timestamptz,
  -- What an act of a person changed, as it was before: what undoing it restores.
  add column before         jsonb;
alter table finding_history drop constraint finding_history_change_check;
alter table finding_history add constraint finding_history_change_check check (change in ('opened', 'changed',
  'resolved', 'reopened', 'accepted', 'assigned', 'proposed', 'withdrawn', 'rejected', 'overtaken', 'confirmed',
  'adopted', 'undone'));

-- Who had Review open when.
create table finding_views (
  finding_id      uuid not null references findings (id),
  user_id         text not null,
  at              timestamptz not null,
  primary key (finding_id, user_id)
);

-- A HIGH is accepted by two: what one proposes, another decides.
create table acceptances (
  id              uuid primary key,
  finding_id      uuid not null references findings (id),
  -- sha256 over rule, class and amount as they were proposed; anything else is another question.
  asked_hash      text not null,
  rule            text not null,
  class           text not null,
  currency        text,
  amount_minor    numeric(38, 0),
  amount_reporting_minor numeric(38, 0),
  until           timestamptz not null,
  reason          text not null,
  note            text not null,
  proposed_by     text not null,
  -- The person's key in the policy: all Slack ids of one person are one.
  proposed_key    text not null,
  proposed_at     timestamptz not null,
  state           text not null check (state in ('proposed', 'approved', 'rejected', 'withdrawn', 'overtaken')),
  decided_by      text,
  decided_at      timestamptz
);
create unique index acceptances_one_open on acceptances (finding_id) where state = 'proposed';

-- The opening balance is taken over by two people who saw the same findings.
create table adoptions (
  id              uuid primary key,
  finding_ids     uuid[] not null,
  -- Of each, the sha256 over rule, class and amount that was voted on.
  asked           text[] not null,
  state           text not null check (state in ('proposed', 'adopted', 'overtaken')),
  first_by        text not null,
  first_key       text not null,
  first_at        timestamptz not null,
  second_by       text,
  second_at       timestamptz
);
create unique index adoptions_one_open on adoptions ((true)) where state = 'proposed';

-- Who started a run, for the second person who wants to.
alter table runs add column started_by text;
