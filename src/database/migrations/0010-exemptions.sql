-- Open waivers for missing and test secrets: each with an owner, a route and a deadline, none of them forgotten.

create table exemptions (
  id              uuid primary key,
  -- As people call it: EX-7.
  number          bigint generated always as identity unique,
  -- The secret or setting by name and place; never its value.
  name            text not null check (btrim(name) <> ''),
  place           text not null check (btrim(place) <> ''),
  risk            text not null check (risk in ('LOW', 'MED', 'HIGH')),
  -- How it will be closed: procure the real one, or rotate the one that is there.
  route           text not null check (route in ('procure', 'rotate')),
  -- A Slack user id, and the person behind it; 'security' for both where nobody else was left.
  owner_id        text not null check (owner_id <> ''),
  owner_key       text not null check (owner_key <> ''),
  deputy_id       text check (deputy_id <> ''),
  deputy_key      text,
  mitigation      text not null,
  ticket          text not null,
  -- One a line.
  links           text not null,
  -- person:U..., or cli:<login>
  opened_by       text not null,
  opened_at       timestamptz not null,
  -- Business days. A deadline is over at the end of its day, in business time.
  opened_on       date not null,
  first_deadline  date not null,
  deadline        date not null,
  -- Approved extensions; a third is none.
  extensions      integer not null default 0 check (extensions between 0 and 2),
  state           text not null check (state in ('open', 'closing', 'closed')),
  -- The newest closing, accepted or not.
  closing_id      uuid,
  closed_at       timestamptz,
  -- When the first deadline passed while it was not closed: it counts as a breach for good.
  breached_at     timestamptz,
  -- The day of its opening somewhere on earth: nothing is opened ahead.
  check (opened_on between (opened_at at time zone 'UTC')::date - 1 and (opened_at at time zone 'UTC')::date + 1),
  check (first_deadline between opened_on and opened_on + 30),
  check (deadline >= first_deadline),
  check (extensions > 0 or deadline = first_deadline),
  check ((deputy_id is null) = (deputy_key is null)),
  check (deputy_key is distinct from owner_key),
  check ((closed_at is not null) = (state = 'closed')),
  check (state <> 'closing' or closing_id is not null)
);
create unique index exemptions_one_open on exemptions (lower(name), lower(place)) where state <> 'closed';
create index exemptions_due on exemptions (deadline) where state <> 'closed';
create index exemptions_closed on exemptions (closed_at) where state = 'closed';
create index exemptions_owner on exemptions (owner_id) where state <> 'closed';

-- What was promised first stays what it was, whoever asks.
create function refuse_new_promise() returns trigger language plpgsql as $$
begin
  if (new.opened_on, new.first_deadline, new.opened_at) is distinct from (old.opened_on, old.first_deadline, old.opened_at) then
    raise exception 'the first deadline of an exemption does not change' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger exemptions_keep_promise before update on exemptions
  for each row execute function refuse_new_promise();
create trigger exemptions_are_kept before delete or truncate on exemptions
  for each statement execute function refuse_change();

-- More time, approved by two others: each is an override that was carried out.
create table exemption_extensions (
  exemption_id    uuid not null references exemptions (id),
  number          integer not null check (number in (1, 2)),
  override_id     uuid not null unique references overrides (id),
  -- The business day on which it was decided.
  decided_on      date not null,
  decided_at      timestamptz not null,
  was             date not null,
  deadline        date not null,
  primary key (exemption_id, number),
  check (deadline > was),
  check (deadline <= decided_on + 30)
);
create trigger exemption_extensions_are_kept before update or delete or truncate on exemption_extensions
  for each statement execute function refuse_change();

-- A deadline moves by an extension only.
create function refuse_silent_extension() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.extensions <> 0 then
      raise exception 'nothing is opened as extended' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end if;
  if (new.deadline, new.extensions) is distinct from (old.deadline, old.extensions) and not exists (
    select from exemption_extensions e
     where e.exemption_id = new.id and e.number = new.extensions and e.deadline = new.deadline
  ) then
    raise exception 'a deadline moves by an approved extension only' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger exemptions_extend_openly before insert or update on exemptions
  for each row execute function refuse_silent_extension();

-- What was handed in as proof that it is closed, and what became of it.
create table exemption_closings (
  id              uuid primary key,
  exemption_id    uuid not null references exemptions (id),
  -- 1, 2, 3...
  number          integer not null,
  submitted_by    text not null,
  submitter_key   text not null,
  submitted_at    timestamptz not null,
  evidence_link   text not null check (btrim(evidence_link) <> ''),
  evidence_note   text not null check (btrim(evidence_note) <> ''),
  state           text not null check (state in ('waiting', 'accepted', 'refused', 'withdrawn')),
  decided_by      text,
  decider_key     text,
  decided_at      timestamptz,
  -- Of a refusal its reason.
  decided_reason  text not null default '',
  -- Person keys of whoever held it and stood in for them when it was handed in: they do not review it.
  barred_keys     text[] not null default '{}',
  unique (exemption_id, number),
  check ((decided_at is null) = (state = 'waiting')),
  check (state <> 'accepted' or decider_key <> submitter_key),
  check (state <> 'accepted' or decider_key <> all (barred_keys))
);
create unique index exemption_closings_one_waiting on exemption_closings (exemption_id) where state = 'waiting';
alter table exemptions add constraint exemptions_closing foreign key (closing_id) references exemption_closings (id);

-- Every reminder: asked for once, sent when Slack said so.
create table exemption_nags (
  id              uuid primary key,
  exemption_id    uuid not null references exemptions (id),
  -- Of which deadline.
  deadline        date not null,
  -- Days from the deadline: -14, -7, -3, -1, 0, 1, 2... ; to reviewers: the business day since it was handed in.
  step            integer not null,
  audience        text not null check (audience in ('owner', 'lead', 'reviewers')),
  -- Which closing reviewers are reminded of.
  closing_id      uuid references exemption_closings (id),
  -- A Slack user id, or a channel's name by policy.
  recipient       text not null,
  due_at          timestamptz not null,
  asked_at        timestamptz not null,
  sent_at         timestamptz,
  -- Slack will not take it: the step is not sent.
  failed_at       timestamptz,
  check (sent_at is null or failed_at is null)
);
create unique index exemption_nags_once on exemption_nags (exemption_id, deadline, step, audience, closing_id, recipient)
  nulls not distinct where failed_at is null;
create index exemption_nags_newest on exemption_nags (exemption_id, asked_at);

-- The overdue of one business day, told in #security together.
create table exemption_rolls (
  day             date primary key,
  at              timestamptz not null
);

-- The security review of one business day: what stood there when it was made.
create table exemption_reviews (
  id              uuid primary key,
  day             date not null unique,
  at              timestamptz not null,
  -- As its card shows it.
  figures         jsonb not null
);

-- What a review or a report leads to: somebody's, until a day. One without either is shown with the gap marked.
create table actions (
  id              uuid primary key,
  -- As people call it: A-7.
  number          bigint generated always as identity unique,
  -- Which series of reviews or reports it belongs to: security_review, ...
  series          text not null,
  -- The review or report it was added from.
  source_kind     text not null,
  source_id       text not null,
  what            text not null check (btrim(what) <> ''),
  owner_id        text check (owner_id <> ''),
  due_on          date,
  created_by      text not null,
  created_at      timestamptz not null,
  state           text not null check (state in ('open', 'done', 'dropped')),
  done_at         timestamptz,
  done_by         text,
  -- The business day on which it was done.
  done_on         date,
  -- When its owner was reminded, counted as soon as Slack said ok.
  reminded_at     timestamptz,
  check ((done_at is null) = (state = 'open')),
  check ((done_on is null) = (state = 'open'))
);
create index actions_open on actions (series, due_on) where state = 'open';
create index actions_owner on actions (owner_id) where state = 'open';

-- Approvers of security: extensions take one of them.
alter table override_votes drop constraint override_votes_role_check;
alter table override_votes add constraint override_votes_role_check check (role in ('managers', 'leads', 'security'));

-- Escalations of exemptions end when these are closed, or given more time.
alter table escalations drop constraint escalations_resolved_how_check;
alter table escalations add constraint escalations_resolved_how_check
  check (resolved_how in ('person', 'confirmed', 'accepted', 'lowered', 'adopted', 'closed', 'extended'));
