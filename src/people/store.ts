import type { Queryable } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { SlackUser } from '../ports.ts';
import type { GroupName, NameBook } from './rules.ts';

/** All ages here are real time, by the database's clock: replicas may disagree about theirs. */

/** What is known of one user, and how old it is, in milliseconds; null: never read. */
export interface KnownUser {
  /** When this was looked up, by the database's clock. */
  at: Date;
  user: SlackUser | null;
  userReadAt: Date | null;
  userAgeMs: number | null;
  memberOf: GroupName[];
  groupsReadAt: Date | null;
  groupsAgeMs: number | null;
  names: NameBook;
}

interface PersonRow {
  user_id: string;
  team_id: string;
  name: string;
  real_name: string;
  locale: string | null;
  time_zone: string | null;
  is_deleted: boolean;
  is_guest: boolean;
  is_stranger: boolean;
  is_bot: boolean;
}

interface KnownRow {
  at: Date;
  person: PersonRow | null;
  user_read_at: Date | null;
  user_age_ms: number | null;
  groups_read_at: Date | null;
  groups_age_ms: number | null;
  member_of: GroupName[];
  names: Record<string, string[]>;
}

/** Everything a click needs, in one statement: a click has no time for two. */
export async function readKnownUser(db: Queryable, userId: string): Promise<KnownUser> {
  const { rows } = await db.query<KnownRow>(
    `select clock_timestamp() as at,
            to_jsonb(p) as person, p.checked_at as user_read_at, s.groups_read_at,
            (extract(epoch from clock_timestamp() - p.checked_at) * 1000)::float8 as user_age_ms,
            (extract(epoch from clock_timestamp() - s.groups_read_at) * 1000)::float8 as groups_age_ms,
            coalesce((select jsonb_agg(jsonb_build_object('id', g.id, 'handle', g.handle))
                        from user_groups g where $1 = any (g.user_ids)), '[]') as member_of,
            coalesce((select jsonb_object_agg(n.name, n.user_ids) from user_names n), '{}') as names
       from role_snapshot s left join people p on p.user_id = $1`,
    [userId],
  );
  const row = rows[0];
  assert(row !== undefined, 'the role snapshot is missing');
  return {
    at: row.at,
    user: row.person === null ? null : toUser(row.person),
    userReadAt: row.user_read_at,
    userAgeMs: row.user_age_ms,
    memberOf: row.member_of,
    groupsReadAt: row.groups_read_at,
    groupsAgeMs: row.groups_age_ms,
    names: new Map(Object.entries(row.names)),
  };
}

function toUser(row: PersonRow): SlackUser {
  return {
    id: row.user_id,
    teamId: row.team_id,
    name: row.name,
    realName: row.real_name,
    locale: row.locale,
    timeZone: row.time_zone,
    isDeleted: row.is_deleted,
    isGuest: row.is_guest,
    isStranger: row.is_stranger,
    isBot: row.is_bot,
  };
}

/** Keeps what Slack said of a user at `checkedAt` (when the call began), unless something newer stands. */
export async function saveUser(
  db: Queryable,
  user: SlackUser,
  when: { checkedAt: Date; clicked: boolean },
): Promise<void> {
  await db.query(
    `insert into people as p (user_id, team_id, name, real_name, locale, time_zone, is_deleted, is_guest,
                              is_stranger, is_bot, checked_at, clicked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::timestamptz, case when $12 then $11::timestamptz end)
     on conflict (user_id) do update set
       team_id = excluded.team_id, name = excluded.name, real_name = excluded.real_name,
       locale = excluded.locale, time_zone = excluded.time_zone, is_deleted = excluded.is_deleted,
       is_guest = excluded.is_guest, is_stranger = excluded.is_stranger, is_bot = excluded.is_bot,
       checked_at = excluded.checked_at, clicked_at = coalesce(excluded.clicked_at, p.clicked_at)
     where p.checked_at < excluded.checked_at`,
    [
      user.id,
      user.teamId,
      user.name,
      user.realName,
      user.locale,
      user.timeZone,
      user.isDeleted,
      user.isGuest,
      user.isStranger,
      user.isBot,
      when.checkedAt,
      when.clicked,
    ],
  );
}

/** There is nobody of this id any more. */
export async function forgetUser(db: Queryable, userId: string): Promise<void> {
  await db.query(`delete from people where user_id = $1`, [userId]);
}

export async function readLocale(db: Queryable, userId: string): Promise<string | null> {
  const { rows } = await db.query<{ locale: string | null }>(`select locale from people where user_id = $1`, [
    userId,
  ]);
  return rows[0]?.locale ?? null;
}

/** Of these users the few whose facts are oldest and due: every 20 s for those who click, else every 5 minutes. */
export async function listDueUsers(
  db: Queryable,
  userIds: readonly string[],
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ user_id: string }>(
    `select w.user_id
       from unnest($1::text[]) as w(user_id) left join people p using (user_id)
      where p.checked_at is null
         or p.checked_at < clock_timestamp() - case when p.clicked_at > clock_timestamp() - interval '5 minutes'
                                                    then interval '20 seconds' else interval '5 minutes' end
      order by p.clicked_at desc nulls last, p.checked_at nulls first, w.user_id
      limit $2`,
    [userIds, limit],
  );
  return rows.map((row) => row.user_id);
}
