import type { Queryable } from '../database/pool.ts';
import type { RoleChange } from './changes.ts';

/** What the card of one change of roles shows. */
export interface RoleChangesModel {
  at: Date;
  cause: 'slack' | 'policy';
  changes: readonly RoleChange[];
  /** The business time zone, for times outside Slack's date tokens. */
  timeZone: string;
}

/** Who gained and lost what in one refresh; null when there is no such change. */
export async function loadRoleChanges(
  db: Queryable,
  id: string,
  timeZone: string,
): Promise<RoleChangesModel | null> {
  const { rows } = await db.query<Omit<RoleChangesModel, 'timeZone'>>(
    `select at, cause, changes from role_changes where id = $1`,
    [id],
  );
  return rows[0] === undefined ? null : { ...rows[0], timeZone };
}
