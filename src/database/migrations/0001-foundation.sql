-- Everything of ours lives in schema mutabik, owned by the login that migrates; the app's login is granted below.

create table schedules (
  name           text primary key,
  -- The newest slot that was turned into rows; occurrences after it are still to come.
  last_slot_at   timestamptz not null,
  cron           text not null,
  zone           text not null,
  -- A slot is turned into its task this long before it is due.
  lead_ms        bigint not null
);

create table slots (
  schedule       text not null,
  slot_at        timestamptz not null,
  state          text not null check (state in ('due', 'done', 'failed', 'missed')),
  created_at     timestamptz not null,
  settled_at     timestamptz,
  primary key (schedule, slot_at)
);

-- A process that works. Beaten in real time, since a dead process is dead whatever the sandbox's clock says.
create table runners (
  id             uuid primary key,
  worker_pool_id text not null,
  policy_hash    text not null,
  started_at     timestamptz not null default clock_timestamp(),
  seen_at        timestamptz not null default clock_timestamp()
);

-- Durable work. The queue (graphile-worker) carries "now" only; when and how often is decided here, on our Clock.
create table tasks (
  id              uuid primary key,
  kind            text not null,
  -- One live task per key.
  key             text not null,
  payload         jsonb not null,
  state           text not null check (state in ('pending', 'running', 'done', 'failed')),
  due_at          timestamptz not null,
  -- Runs that ended in a fault since the last success; waits that the work itself asked for do not count.
  faults          integer not null default 0,
  max_faults      integer not null,
  -- Processes that died with it in hand, in a row: a poison task must not kill replicas for ever.
  deaths          integer not null default 0,
  -- Raised by every claim; what an overtaken worker still writes carries an older one and changes nothing.
  fence           bigint not null default 0,
  runner_id       uuid,
  -- Asked for again while it ran: pending once more when it ends.
  asked_again     boolean not null default false,
  enqueued_at     timestamptz,
  last_error      text,
  created_at      timestamptz not null,
  settled_at      timestamptz
);
create unique index tasks_one_live_per_key on tasks (key) where state in ('pending', 'running');
create index tasks_due on tasks (due_at) where state = 'pending';
create index tasks_running on tasks (runner_id) where state = 'running';

create table audit_head (
  singleton      boolean primary key default true check (singleton),
  seq            bigint not null,
  hash           text not null
);
insert into audit_head (seq, hash) values (0, repeat('0', 64));

create table audit_log (
  seq            bigint primary key,
  at             timestamptz not null,
  -- person:U..., job:<kind>, schedule:<name>, cli:<login>
  actor          text not null,
  action         text not null,
  tenant_id      text,
  subject_kind   text not null,
  subject_id     text not null,
  -- Canonical JSON (sorted keys, no spaces), kept as text so that its bytes never change.
  data           text not null,
  -- sha256(salt || personal text), hex; the text and its salt stand in audit_personal and may be erased.
  personal_hash  text,
  previous_hash  text not null,
  hash           text not null
);
create index audit_log_subject on audit_log (subject_kind, subject_id, seq);

create table audit_personal (
  seq            bigint primary key,
  salt           text not null,
  body           text not null
);

-- Public keys that signed heads, so that verify needs nothing but the database; a key given by hand weighs more.
create table audit_keys (
  fingerprint    text primary key,
  public_key     text not null,
  first_used_at  timestamptz not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: the log is append-only', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger audit_log_append_only before update or delete or truncate on audit_log
  for each statement execute function refuse_change();
create trigger audit_head_is_moved_only before delete or truncate on audit_head
  for each statement execute function refuse_change();
create trigger audit_personal_is_erased_only before update or truncate on audit_personal
  for each statement execute function refuse_change();
create trigger audit_keys_append_only before update or delete or truncate on audit_keys
  for each statement execute function refuse_change();

create function refuse_moving_back() returns trigger language plpgsql as $$
begin
  if new.seq <= old.seq then
    raise exception 'the audit head moves forward only' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger audit_head_moves_forward before update on audit_head
  for each row execute function refuse_moving_back();

create table cards (
  id              uuid primary key,
  kind            text not null,
  subject_kind    text not null,
  subject_id      text not null,
  -- A channel's name by policy, or a Slack id.
  channel         text not null,
  -- The card in whose thread this one stands.
  thread_card_id  uuid references cards (id),
  locale          text not null,
  state           text not null check (state in ('wanted', 'posting', 'posted', 'failed')),
  channel_id      text,
  ts              text,
  -- Where it stood before it was posted anew, when it could not be edited any more.
  previous_channel_id text,
  previous_ts     text,
  -- Not posted before this moment (a digest is ready early and stands on the dot).
  not_before      timestamptz not null,
  -- Raised by every change of the subject; rendered_version follows.
  wanted_version  integer not null default 1,
  rendered_version integer not null default 0,
  -- Hash of what Slack shows now: an equal rendering is not sent.
  content_hash    text,
  posting_at      timestamptz,
  -- The moment a budget has reserved for the next call; taken at or shortly after it.
  permit_at       timestamptz,
  lookups         integer not null default 0,
  -- The newest look for a message whose post nobody confirmed.
  looked_at       timestamptz,
  last_error      text,
  created_at      timestamptz not null,
  posted_at       timestamptz,
  updated_at      timestamptz
);
create unique index cards_one_per_subject on cards (kind, subject_kind, subject_id, channel);

create table card_files (
  card_id         uuid not null references cards (id),
  name            text not null,
  state           text not null check (state in ('wanted', 'started', 'uploaded', 'completing', 'completed', 'failed')),
  slack_file_id   text,
  upload_url      text,
  bytes           integer,
  sha256          text,
  completing_at   timestamptz,
  lookups         integer not null default 0,
  looked_at       timestamptz,
  last_error      text,
  created_at      timestamptz not null,
  completed_at    timestamptz,
  primary key (card_id, name)
);

-- One budget for the workspace, shared by all processes: when each permit was taken, on our Clock.
create table slack_budget (
  name            text primary key,
  tokens          double precision not null,
  refilled_at     timestamptz not null
);

create table alerts (
  id              uuid primary key,
  -- One open alert per kind and subject; what happens again raises the count.
  kind            text not null,
  subject_kind    text not null,
  subject_id      text not null,
  severity        text not null check (severity in ('sev1', 'sev2', 'sev3')),
  args            jsonb not null,
  count           integer not null default 1,
  state           text not null check (state in ('open', 'resolved')),
  first_at        timestamptz not null,
  last_at         timestamptz not null,
  resolved_at     timestamptz
);
create unique index alerts_one_open on alerts (kind, subject_kind, subject_id) where state = 'open';

-- What was true once and for all, with its audit row: start_at of the first run.
create table settings (
  name            text primary key,
  value           jsonb not null,
  set_at          timestamptz not null
);

create table runs (
  id              uuid primary key,
  kind            text not null check (kind in ('daily', 'full')),
  -- schedule: a slot; manual: a person or the command line.
  trigger         text not null check (trigger in ('schedule', 'manual')),
  slot_at         timestamptz,
  -- The business day it speaks of, YYYY-MM-DD.
  label           text not null,
  state           text not null check (state in ('scanning', 'confirming', 'complete', 'partial', 'failed')),
  window_from     timestamptz,
  window_to       timestamptz not null,
  -- When the snapshot was read, on our Clock: ages are taken at this moment.
  observed_at     timestamptz,
  policy_hash     text not null,
  rules           text[] not null,
  -- rule -> reason: what was not run is never clean.
  rules_not_run   jsonb not null default '{}',
  totals          jsonb,
  audit_head      text,
  error           text,
  created_at      timestamptz not null,
  settled_at      timestamptz
);
create unique index runs_one_per_slot on runs (kind, slot_at) where slot_at is not null;
create index runs_newest on runs (kind, state, window_to desc);

create table findings (
  id              uuid primary key,
  -- sha256 over rule (or family), tenant, subject, currency, provider.
  key             text not null unique,
  -- payout: one finding at a time for a payout, whatever rule speaks of it now.
  family          text,
  rule            text not null,
  tenant_id       text not null,
  subject_kind    text not null,
  subject_id      text not null,
  account_id      text,
  provider        text,
  currency        text,
  class           text not null check (class in ('LOW', 'MED', 'HIGH')),
  action          text not null check (action in ('retry', 'recheck', 'manual_review', 'escalate', 'wait', 'rerun', 'none')),
  -- Minor units of currency; null where the rule has no amount.
  amount_minor    numeric(38, 0),
  -- Minor units of the reporting currency; null: no rate known.
  amount_reporting_minor numeric(38, 0),
  -- Arguments of the text findings.evidence.<rule>; foreign text stays raw here and is escaped when shown.
  evidence        jsonb not null,
  -- Findings with one cause are shown together.
  cause_key       text not null,
  -- When the thing that does not agree happened.
  occurred_at     timestamptz not null,
  -- Older than start_at: part of the opening balance.
  opening         boolean not null default false,
  state           text not null check (state in ('open', 'resolved', 'accepted')),
  owner           text,
  accepted_until  timestamptz,
  first_seen_at   timestamptz not null,
  last_seen_at    timestamptz not null,
  resolved_at     timestamptz,
  last_run_id     uuid references runs (id),
  unique (id, key)
);
create index findings_open on findings (class, first_seen_at) where state <> 'resolved';
-- Ids of others may be thousands of characters long, more than a btree takes.
create index findings_subject on findings using hash (subject_id);
create index findings_cause on findings (cause_key) where state <> 'resolved';

create table finding_history (
  finding_id      uuid not null references findings (id),
  seq             integer not null,
  at              timestamptz not null,
  change          text not null check (change in ('opened', 'changed', 'resolved', 'reopened', 'accepted', 'assigned')),
  actor           text not null,
  run_id          uuid references runs (id),
  rule            text not null,
  class           text not null,
  action          text not null,
  amount_minor    numeric(38, 0),
  note            text,
  primary key (finding_id, seq)
);

-- What one run saw, so that a digest stays what it was.
create table run_findings (
  run_id          uuid not null references runs (id),
  finding_id      uuid not null references findings (id),
  appearance      text not null check (appearance in ('new', 'carried', 'reopened', 'resolved')),
  rule            text not null,
  class           text not null,
  action          text not null,
  currency        text,
  amount_minor    numeric(38, 0),
  amount_reporting_minor numeric(38, 0),
  opening         boolean not null,
  primary key (run_id, finding_id)
);
create index run_findings_finding on run_findings (finding_id);

-- R01 saw a difference; a second look two minutes later confirms or drops it.
create table unconfirmed_drifts (
  run_id          uuid not null references runs (id),
  -- The key its finding would have.
  key             text not null,
  tenant_id       text not null,
  account_id      text not null,
  currency        text not null,
  drift_available_minor numeric(38, 0) not null,
  drift_held_minor      numeric(38, 0) not null,
  primary key (run_id, key)
);

-- What providers said about attempts, asked by the attempt's exact reference; stuck payouts fill it.
create table provider_answers (
  attempt_id      text not null,
  transaction_id  text not null,
  tenant_id       text not null,
  provider        text not null,
  provider_ref    text not null,
  answer          text not null check (answer in ('succeeded', 'failed', 'pending', 'not_found', 'silent', 'error')),
  asked_at        timestamptz not null,
  primary key (attempt_id, asked_at)
);
