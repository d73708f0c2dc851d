import type { Queryable } from '../database/pool.ts';
import { OPERATION, toOperation, type OperationRow } from './operation-row.ts';
import type { Operation, Standing } from './types.ts';

export interface PayoutKey {
  tenantId: string;
  transactionId: string;
}

/** A payout's key as one text. */
export function keyOf({ tenantId, transactionId }: PayoutKey): string {
  return JSON.stringify([tenantId, transactionId]);
}

export const NOTHING_DONE: Standing = { open: null, last: null, nextIntentNo: 1 };

/** What was and is being done about a payout. */
export async function readStanding(db: Queryable, payout: PayoutKey): Promise<Standing> {
  return (await readStandings(db, [payout])).get(keyOf(payout)) ?? NOTHING_DONE;
}

/** The same for many, by `keyOf`; those about which nothing was ever done are left out. */
export async function readStandings(
  db: Queryable,
  payouts: readonly PayoutKey[],
): Promise<Map<string, Standing>> {
  const { rows } = await db.query<OperationRow & { finished: number }>(
    `select ${OPERATION}, w.finished
       from (select distinct * from unnest($1::text[], $2::text[]) as k (tenant_id, subject_id)) k
       cross join lateral (
         select max(intent_no) filter (where state in ('succeeded', 'refused')) as last_no,
                count(*) filter (where state in ('succeeded', 'refused'))::int as finished
           from operations f where f.tenant_id = k.tenant_id and f.subject_id = k.subject_id) w
       join operations o on o.tenant_id = k.tenant_id and o.subject_id = k.subject_id
        and (o.intent_no = w.last_no or o.state in ('accepted', 'sent', 'unknown'))`,
    [payouts.map(({ tenantId }) => tenantId), payouts.map(({ transactionId }) => transactionId)],
  );
  const standings = new Map<string, Standing>();
  for (const row of rows) {
    const operation = toOperation(row);
    const known = standings.get(keyOf(operation)) ?? NOTHING_DONE;
    const isOver = operation.settledAt !== null;
    standings.set(keyOf(operation), {
      open: isOver ? known.open : operation,
      last: isOver ? operation : known.last,
      nextIntentNo: row.finished + 1,
    });
  }
  return standings;
}

/** Everything that was ever done about a payout, newest first, `limit` at most. */
export async function readHistory(db: Queryable, payout: PayoutKey, limit = 20): Promise<Operation[]> {
  const { rows } = await db.query<OperationRow>(
    `select ${OPERATION} from operations o where o.tenant_id = $1 and o.subject_id = $2
      order by o.intent_no desc limit $3`,
    [payout.tenantId, payout.transactionId, limit],
  );
  return rows.map(toOperation);
}
