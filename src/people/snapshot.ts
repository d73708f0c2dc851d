import type { Queryable, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { SlackGroup } from '../ports.ts';
import type { Role } from '../policy/people.ts';
import type { Members, RoleChange } from './changes.ts';
import type { Book } from './holders.ts';

export interface Snapshot {
  groupsReadAt: Date | null;
  namesReadAt: Date | null;
  rolesHash: string | null;
  rolesSince: Date | null;
  knownRoles: string[];
}

/** Real time by the database's clock. */
export async function readDatabaseTime(db: Queryable): Promise<Date> {
  const { rows } = await db.query<{ at: Date }>('select clock_timestamp() as at');
  assert(rows[0] !== undefined, 'the database tells no time');
  return rows[0].at;
}

/** Takes the right to refresh for `forMs` (real time); null when somebody has it. Gives the moment it was taken. */
export async function claimRefresh(db: Queryable, forMs: number): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date }>(
    `update role_snapshot set refresh_at = clock_timestamp() + $1 * interval '1 millisecond'
      where refresh_at <= clock_timestamp()
     returning clock_timestamp() as at`,
    [forMs],
  );
  return rows[0]?.at ?? null;
}

/** Nobody refreshes for so long (Slack asked for peace). */
export async function postponeRefresh(db: Queryable, byMs: number): Promise<void> {
  await db.query(
    `update role_snapshot
        set refresh_at = greatest(refresh_at, clock_timestamp() + $1 * interval '1 millisecond')`,
    [byMs],
  );
}

/** Whoever stores a reading waits here for the others. */
export async function lockSnapshot(tx: Tx): Promise<Snapshot> {
  const { rows } = await tx.query<Snapshot>(
    `select groups_read_at as "groupsReadAt", names_read_at as "namesReadAt", roles_hash as "rolesHash",
            roles_since as "rolesSince", known_roles as "knownRoles"
       from role_snapshot for update`,
  );
  assert(rows[0] !== undefined, 'the role snapshot is missing');
  return rows[0];
}

export async function replaceGroups(tx: Tx, groups: readonly SlackGroup[], readAt: Date): Promise<void> {
  const rows = groups.map(({ id, handle, userIds }) => ({ id, handle, user_ids: [...userIds].toSorted() }));
  await tx.query(`delete from user_groups where id <> all ($1::text[])`, [rows.map(({ id }) => id)]);
  await tx.query(
    `insert into user_groups as g (id, handle, user_ids)
     select r.id, r.handle, r.user_ids from jsonb_to_recordset($1) as r(id text, handle text, user_ids text[])
     on conflict (id) do update set handle = excluded.handle, user_ids = excluded.user_ids
      where (g.handle, g.user_ids) is distinct from (excluded.handle, excluded.user_ids)`,
    [JSON.stringify(rows)],
  );
  await tx.query(`update role_snapshot set groups_read_at = $1`, [readAt]);
}

export async function replaceNames(
  tx: Tx,
  names: ReadonlyMap<string, readonly string[]>,
  readAt: Date,
): Promise<void> {
  await tx.query(`delete from user_names where name <> all ($1::text[])`, [[...names.keys()]]);
  await tx.query(
    `insert into user_names (name, user_ids)
     select r.name, r.user_ids from jsonb_to_recordset($1) as r(name text, user_ids text[])
     on conflict (name) do update set user_ids = excluded.user_ids`,
    [JSON.stringify([...names].map(([name, ids]) => ({ name, user_ids: ids })))],
  );
  await tx.query(`update role_snapshot set names_read_at = $1`, [readAt]);
}

/** What was read last of groups and names. */
export async function readBook(db: Queryable): Promise<Book> {
  const { rows } = await db.query<{
    groups: SlackGroup[];
    were_read: boolean;
    names: Record<string, string[]>;
  }>(
    `select s.groups_read_at is not null as were_read,
            coalesce((select jsonb_agg(jsonb_build_object('id', g.id, 'handle', g.handle, 'userIds', g.user_ids))
                        from user_groups g), '[]') as groups,
            coalesce((select jsonb_object_agg(n.name, n.user_ids) from user_names n), '{}') as names
       from role_snapshot s`,
  );
  const row = rows[0];
  assert(row !== undefined, 'the role snapshot is missing');
  return { groups: row.were_read ? row.groups : null, names: new Map(Object.entries(row.names)) };
}

export async function readNamesAgeMs(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ age_ms: number | null }>(
    `select (extract(epoch from clock_timestamp() - names_read_at) * 1000)::float8 as age_ms from role_snapshot`,
  );
  return rows[0]?.age_ms ?? null;
}

export async function readMembers(db: Queryable): Promise<Members> {
  const { rows } = await db.query<{ role: Role; user_ids: string[] }>(
    `select role, array_agg(user_id order by user_id) as user_ids from role_members group by role`,
  );
  return new Map(rows.map((row) => [row.role, row.user_ids]));
}

export async function replaceMembers(
  tx: Tx,
  members: Members,
  follows: { rolesHash: string; rolesSince: Date; knownRoles: readonly string[] },
): Promise<void> {
  const pairs = [...members].flatMap(([role, ids]) => ids.map((id) => [role, id] as const));
  await tx.query(`delete from role_members where role = any ($1::text[])`, [[...members.keys()]]);
  await tx.query(`insert into role_members (role, user_id) select * from unnest($1::text[], $2::text[])`, [
    pairs.map(([role]) => role),
    pairs.map(([, id]) => id),
  ]);
  await tx.query(`update role_snapshot set roles_hash = $1, roles_since = $2, known_roles = $3`, [
    follows.rolesHash,
    follows.rolesSince,
    follows.knownRoles,
  ]);
}

export async function insertRoleChanges(
  tx: Tx,
  row: { id: string; at: Date; cause: 'slack' | 'policy'; changes: readonly RoleChange[] },
): Promise<void> {
  await tx.query(`insert into role_changes (id, at, cause, changes) values ($1, $2, $3, $4)`, [
    row.id,
    row.at,
    row.cause,
    JSON.stringify(row.changes),
  ]);
}
