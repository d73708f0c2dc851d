import type { Queryable } from '../database/pool.ts';
import type { PayoutId } from '../ids.ts';

/** No id of anybody's is longer. */
const LONGEST = 200;

/**
 * The newest episode of what a person typed: a payment's id, an episode's, or a provider's reference, over or not; null
 * when nothing has it. Of one id at several tenants the newest counts.
 */
export async function findPayout(db: Queryable, typed: string): Promise<PayoutId | null> {
  const text = typed.trim().replaceAll('\0', '');
  if (text === '' || text.length > LONGEST) return null;
  for (const condition of [
    'p.transaction_id = $1',
    'p.id::text = lower($1)',
    `p.attempts @> jsonb_build_array(jsonb_build_object('reference', $1::text))`,
    `p.attempts @> jsonb_build_array(jsonb_build_object('attemptId', $1::text))`,
  ]) {
    const { rows } = await db.query<{ id: PayoutId }>(
      `select p.id from payouts p where ${condition} order by p.state = 'open' desc, p.opened_at desc limit 1`,
      [text],
    );
    if (rows[0] !== undefined) return rows[0].id;
  }
  return null;
}
