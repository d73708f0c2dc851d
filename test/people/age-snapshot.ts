import type { Pool } from '../../src/database/pool.ts';

/** Makes everything known about people and roles so much older (real time), as if nothing had been read since. */
export async function ageSnapshot(pool: Pool, ms: number): Promise<void> {
  const by = [ms];
  await pool.query(
    `update role_snapshot set groups_read_at = groups_read_at - $1 * interval '1 millisecond',
       names_read_at = names_read_at - $1 * interval '1 millisecond',
       refresh_at = refresh_at - $1 * interval '1 millisecond'`,
    by,
  );
  await pool.query(
    `update people set checked_at = checked_at - $1 * interval '1 millisecond',
       clicked_at = clicked_at - $1 * interval '1 millisecond'`,
    by,
  );
}
