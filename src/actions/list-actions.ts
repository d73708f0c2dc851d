import type { Queryable } from '../database/pool.ts';
import { ACTION_COLUMNS, OWNER_LEFT } from './store.ts';
import type { Action, ActionLine } from './types.ts';

/** Which actions one review or report lists. */
export interface ListedActions {
  series: string;
  /** The review's own: what was added from it is listed, whenever that was. */
  sourceId: string;
  /** When it was made: what was closed before is over. */
  at: Date;
  /** When the next one was made, if there is one: what is younger is that one's. */
  nextAt: Date | null;
  most: number;
}

/** What was there when the review was made, and what it led to; each in the order in which to talk of it. */
export interface ActionList {
  earlier: ActionLine[];
  fresh: ActionLine[];
  /** How many more than these. */
  more: number;
}

/**
 * What is open or was closed since, as it is now: open ones first, of these the ones with a gap (no owner, one who
 * left, no deadline), then by day. Domain section 1.
 */
export async function listActions(db: Queryable, of: ListedActions): Promise<ActionList> {
  const { rows } = await db.query<Action & { ownerLeft: boolean; isFresh: boolean; count: number }>(
    `select ${ACTION_COLUMNS}, ${OWNER_LEFT} as "ownerLeft",
            a.created_at >= $3 or a.source_id = $2 as "isFresh", (count(*) over ())::int as count
       from actions a left join people p on p.user_id = a.owner_id
      where a.series = $1 and (a.state = 'open' or a.done_at >= $3)
        and (a.source_id = $2 or $4::timestamptz is null or a.created_at < $4)
      order by "isFresh", a.state <> 'open',
               not (a.owner_id is null or a.due_on is null or ${OWNER_LEFT}), a.due_on nulls first, a.number
      limit $5`,
    [of.series, of.sourceId, of.at, of.nextAt, of.most],
  );
  const lines = rows.map(({ ownerLeft, isFresh, count: _count, ...action }) => ({
    isFresh,
    line: { action, ownerLeft },
  }));
  return {
    earlier: lines.filter(({ isFresh }) => !isFresh).map(({ line }) => line),
    fresh: lines.filter(({ isFresh }) => isFresh).map(({ line }) => line),
    more: (rows[0]?.count ?? 0) - rows.length,
  };
}
