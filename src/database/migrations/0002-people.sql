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
  checked_at     timestamptz not null
);

-- What a person asked for that must not happen twice, by Slack's trigger id.
create table requests (
  id             text primary key,
  claimed_at     timestamptz not null
);
