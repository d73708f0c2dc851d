import { withTransaction, type Pool } from '../../src/database/pool.ts';
import { applyChanges, type Change } from './changes.ts';

/**
 * Mends a planted break the way people would: a correction is booked, a payout is given back, a webhook's payment is
 * entered. All breaks of the same plant go with it. Returns the ids that are gone: none when it was mended before.
 */
export async function mendBreak(pool: Pool, breakId: string, now: Date): Promise<string[]> {
  return await withTransaction(pool, async (db) => {
    const { rows } = await db.query<{ id: string; mend: Change[] }>(
      `update sandbox.breaks set mended_at = $2
        where mended_at is null and plant = (select plant from sandbox.breaks where id = $1)
        returning id, mend`,
      [breakId, now],
    );
    const first = rows[0];
    if (first !== undefined) await applyChanges(db, first.mend, now);
    return rows.map(({ id }) => id).sort();
  });
}
