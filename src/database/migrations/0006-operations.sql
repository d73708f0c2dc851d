-- What may be done about a payout, and what was done.

-- Which operation asked; null: the stuck check did.
alter table provider_answers add column operation_id uuid;
-- A payout's answers are read together.
create index provider_answers_transaction on provider_answers using hash (transaction_id);
create index provider_answers_asked on provider_answers (asked_at);

-- What stood still at once for one reason, told by one message.
create table payout_groups (
  id              uuid primary key,
  -- As it was when its payouts were first seen; '' where there is none.
  rule            text not null,
  provider        text not null,
  error_code      text not null,
  state           text not null check (state in ('open', 'over')),
  opened_at       timestamptz not null,
  over_at         timestamptz
);
create unique index payout_groups_one_open on payout_groups (rule, provider, error_code) where state = 'open';

-- One episode of a payout that is stuck or has failed, from when it was seen until it has moved on.
create table payouts (
  id              uuid primary key,
  tenant_id       text not null,
  transaction_id  text not null,
  state           text not null check (state in ('open', 'over')),
  opened_at       timestamptz not null,
  over_at         timestamptz,
  -- paid, given_back (rejected, canceled), moved (under way again), gone (no such payment any more)
  over_how        text check (over_how in ('paid', 'given_back', 'moved', 'gone')),
  -- When the platform says it became what it is now, once it is over.
  moved_at        timestamptz,
  -- Its alert; null: one of its own.
  group_id        uuid references payout_groups (id),
  -- The newest look, on our Clock.
  looked_at       timestamptz not null,
  account_id      text not null,
  provider        text not null,
  currency        text not null,
  amount_minor    numeric(38, 0) not null,
  amount_reporting_minor numeric(38, 0),
  payment_state   text not null,
  -- Stuck, or failed, since then.
  since           timestamptz not null,
  requested_at    timestamptz not null,
  -- What the payout family says of it now.
  rule            text not null,
  class           text not null check (class in ('LOW', 'MED', 'HIGH')),
  action          text not null,
  error_code      text not null,
  -- [{attemptId, status, reference, errorCode, createdAt, answer, askedAt}], oldest first
  attempts        jsonb not null,
  burns           integer not null,
  -- May a retry be pressed? Why not, each reason, the first to show first.
  offers_retry    boolean not null,
  reasons         text[] not null,
  -- The answers that a retry stands on are too old from then on.
  offer_until     timestamptz,
  cooldown_until  timestamptz,
  check ((over_at is not null) = (state = 'over')),
  check (not offers_retry or offer_until is not null)
);
create unique index payouts_one_open on payouts (tenant_id, transaction_id) where state = 'open';
-- Episodes that are over are found by their payment too.
create index payouts_transaction on payouts (transaction_id);
create index payouts_looked on payouts (looked_at) where state = 'over';
create index payouts_group on payouts (group_id) where group_id is not null;
create index payouts_list on payouts (class, since) where state = 'open';

-- One intended change of a payment, or one question about it, with one key for life.
create table operations (
  id              uuid primary key,
  tenant_id       text not null,
  subject_kind    text not null default 'transaction',
  subject_id      text not null,
  -- 1 + finished operations of the subject: a click that carries another number is about something that is over.
  intent_no       integer not null,
  action          text not null check (action in ('retry', 'recheck', 'mark_paid', 'reject')),
  -- Made once, stored before anything is sent, sent on every try.
  idempotency_key text not null unique,
  state           text not null check (state in ('accepted', 'sent', 'unknown', 'succeeded', 'refused')),
  -- An actor.
  requested_by    text not null,
  requested_at    timestamptz not null,
  -- The episode it was asked for on; null: an override.
  payout_id       uuid references payouts (id),
  amount_minor    numeric(38, 0) not null,
  currency        text not null,
  -- Words that go with it to the platform.
  reason          text not null default '',
  -- What the person saw: {state, rule, attempts: [...]} as the episode had it.
  seen            jsonb not null,
  -- What it was sent on, read again just before: [{attemptId, status, answer, askedAt}], with burns and the moment.
  proof           jsonb,
  -- Attempts that the platform had when it was first sent.
  attempts_before integer,
  tries           integer not null default 0,
  first_sent_at   timestamptz,
  last_sent_at    timestamptz,
  -- Some try's outcome is unknown since then: what later tries are told must not end it alone.
  unknown_since   timestamptz,
  -- A refusal of a later try, which counts once a look-up after it says that the key is not known.
  doubtful_refusal text,
  lookups         integer not null default 0,
  looked_up_at    timestamptz,
  -- Faults of checks before anything was sent.
  waits           integer not null default 0,
  -- When it is gone on with; null: at once, or it is over.
  next_at         timestamptz,
  -- Why it waits, or is unknown: a word of the outcome's.
  trouble         text,
  -- {by: 'us' | 'platform', code, reasons: [...]}
  refusal         jsonb,
  -- {attemptId, answers: [...]}
  result          jsonb,
  settled_at      timestamptz,
  unique (tenant_id, subject_id, intent_no),
  check ((settled_at is not null) = (state in ('succeeded', 'refused'))),
  check (state not in ('sent', 'unknown') or first_sent_at is not null),
  check ((refusal is not null) = (state = 'refused'))
);
-- At most one under way per subject, whatever its action.
create unique index operations_one_open on operations (tenant_id, subject_id) where state in ('accepted', 'sent', 'unknown');
create index operations_subject on operations using hash (subject_id);

-- Every call of the platform that was made for an operation, as it is kept.
create table operation_calls (
  operation_id    uuid not null references operations (id),
  seq             integer not null,
  at              timestamptz not null,
  call            text not null check (call in ('send', 'lookup', 'ask')),
  attempt_id      text,
  outcome         text not null,
  method          text not null,
  path            text not null,
  body            text,
  -- Null: no answer came.
  status          integer,
  answer          text,
  duration_ms     integer not null,
  primary key (operation_id, seq)
);
