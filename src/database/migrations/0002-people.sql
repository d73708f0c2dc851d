-- People as Slack knows them. When they were looked at is real time: who holds a role must be fresh by a real clock.
create table people (
  user_id        text primary key,
  team_id        text not null,
  name           text not null,
  real_name      text not null,
  locale         text,
  time_zone      text,
  is_deleted     boolean not null,
  is_guest       boolean not null,
  is_stranger    boolean not null,
  is_bot         boolean not null,
  checked_at     timestamptz not null,
  -- When a click last made us ask about them: whoever works is kept fresh in the background. Real time.
  clicked_at     timestamptz
);

-- What a person asked for that must not happen twice, by Slack's trigger id.
create table requests (
  id             text primary key,
  claimed_at     timestamptz not null
);
create index requests_claimed on requests (claimed_at);

-- How fresh user_groups and user_names are, shared by all processes. All moments are real time, by this database's clock.
create table role_snapshot (
  singleton      boolean primary key default true check (singleton),
  -- When the newest reading began; null: there was none yet.
  groups_read_at timestamptz,
  names_read_at  timestamptz,
  -- Nobody refreshes before this moment; whoever moves it on does.
  refresh_at     timestamptz not null default '-infinity',
  -- The roles of the policy that role_members follows, and when the process that brought them started.
  roles_hash     text,
  roles_since    timestamptz,
  -- Roles whose members were read at least once, so that a difference is a change.
  known_roles    text[] not null default '{}'
);
insert into role_snapshot default values;

-- Slack's user groups, as read last.
create table user_groups (
  id             text primary key,
  handle         text not null,
  user_ids       text[] not null
);

-- Whom the user names of the policy belong to: one id, none, or several and then nobody.
create table user_names (
  name           text primary key,
  user_ids       text[] not null
);

-- Who held a role when it was read last: what changes are told from, never what a click is judged by.
create table role_members (
  role           text not null,
  user_id        text not null,
  primary key (role, user_id)
);

create table role_changes (
  id             uuid primary key,
  at             timestamptz not null,
  -- slack: a user group or a name; policy: other roles than before.
  cause          text not null check (cause in ('slack', 'policy')),
  -- [{role, userId, change: granted or revoked}]
  changes        jsonb not null
);

-- When the audit log last heard of this person refused about this subject.
create table refusals (
  -- sha256 over person and subject, whose id may be longer than a btree takes.
  key            text primary key,
  audited_at     timestamptz not null
);
create index refusals_audited on refusals (audited_at);
