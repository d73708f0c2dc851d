-- What climbs a route of people, level after level, until somebody answers.
create table escalations (
  id              uuid primary key,
  -- What it is about, whichever finding speaks of it: the cause key of findings, opening, many:<day>, incident:<id>.
  cause_key       text not null,
  -- Of the causes of findings, the worst finding.
  subject_kind    text not null,
  subject_id      text not null,
  tenant_id       text,
  -- {kind, ...}: what names it once the subject says no more.
  title           jsonb not null,
  severity        text not null check (severity in ('sev1', 'sev2', 'sev3')),
  started_by      text not null,
  started_at      timestamptz not null,
  -- The route and its times as the policy had them at the start: a change touches new escalations only.
  route           jsonb not null,
  policy_hash     text not null,
  state           text not null check (state in ('open', 'acknowledged', 'resolved')),
  -- The level that was told last; level 0: none yet.
  round           integer not null default 1,
  level           integer not null default 0,
  -- The route was climbed in vain: one level every few hours from here on.
  slow            boolean not null default false,
  -- Levels told so far, over all rounds.
  steps_told      integer not null default 0,
  -- When the next level is due, or, once acknowledged, when the acknowledgement lapses; null when it is over.
  next_at         timestamptz,
  -- The pager was told, and will be told of the answer.
  paged           boolean not null default false,
  acknowledged_by text,
  acknowledged_at timestamptz,
  owner           text,
  -- A person told the root cause before a run saw that it is over.
  awaits_run      boolean not null default false,
  root_cause      text,
  remediation     text,
  root_cause_by   text,
  root_cause_at   timestamptz,
  resolved_at     timestamptz,
  resolved_by     text,
  resolved_how    text check (resolved_how in ('person', 'confirmed', 'accepted', 'lowered', 'adopted')),
  check ((next_at is null) = (state = 'resolved'))
);
create unique index escalations_one_a_cause on escalations (cause_key) where state <> 'resolved';

-- Each level of each round, told once or passed over.
create table escalation_steps (
  escalation_id   uuid not null references escalations (id),
  round           integer not null,
  level           integer not null,
  why             text not null check (why in ('started', 'unanswered', 'exhausted', 'lapsed')),
  due_at          timestamptz not null,
  -- When it was decided.
  at              timestamptz not null,
  -- paused: its time passed while nothing ran, and a later level's had come; nobody: it reaches no one.
  passed_over     text check (passed_over in ('paused', 'nobody')),
  -- How many were told before it, over all rounds: the first is told by the escalation's own message.
  step_no         integer,
  -- Whom its message mentions: {users, groups}.
  told            jsonb,
  -- The one message that tells it together with others; null: a message of its own.
  roll_key        text,
  primary key (escalation_id, round, level),
  check ((passed_over is null) = (told is not null and step_no is not null))
);

create index escalation_steps_roll on escalation_steps (roll_key) where roll_key is not null;

-- What an escalation of many causes stands for.
create table escalation_causes (
  escalation_id   uuid not null references escalations (id),
  cause_key       text not null,
  primary key (escalation_id, cause_key)
);
create index escalation_causes_cause on escalation_causes (cause_key);

create table escalation_handovers (
  id              uuid primary key,
  escalation_id   uuid not null references escalations (id),
  at              timestamptz not null,
  by_user         text not null,
  to_user         text not null,
  note            text not null
);
create index escalation_handovers_of on escalation_handovers (escalation_id, at);

-- The record that every escalation leaves, and what others refer to.
create table incidents (
  id              uuid primary key,
  -- As people call it: INC-7. Numbers may have gaps.
  number          integer generated always as identity unique,
  escalation_id   uuid not null unique references escalations (id),
  title           jsonb not null,
  severity        text not null check (severity in ('sev1', 'sev2', 'sev3')),
  -- person:U... or rule:R01
  opened_by       text not null,
  opened_at       timestamptz not null,
  state           text not null check (state in ('open', 'resolved')),
  resolved_at     timestamptz,
  resolved_by     text,
  root_cause      text,
  remediation     text
);
create index incidents_open on incidents (severity, opened_at) where state = 'open';
