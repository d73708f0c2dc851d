import type { Queryable } from '../database/pool.ts';
import { ACTION_COLUMNS, OWNER_LEFT } from './store.ts';
import type { Action, ActionModel } from './types.ts';

/** Of the message that reminds; null when there is none of this id. */
export async function loadAction(db: Queryable, id: string, timeZone: string): Promise<ActionModel | null> {
  const { rows } = await db.query<Action & { ownerLeft: boolean }>(
    `select ${ACTION_COLUMNS}, ${OWNER_LEFT} as "ownerLeft"
       from actions a left join people p on p.user_id = a.owner_id where a.id::text = $1`,
    [id],
  );
  if (rows[0] === undefined) return null;
  const { ownerLeft, ...action } = rows[0];
  return { action, ownerLeft, timeZone };
}
