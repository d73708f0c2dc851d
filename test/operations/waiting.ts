import type { Queryable } from '../../src/database/pool.ts';
import { waitFor } from '../support/wait-for.ts';

/** Until some connection to this database waits for a lock of another. */
export async function waitForBlocked(db: Queryable): Promise<void> {
  await waitFor('a connection to wait', async () => {
    const { rows } = await db.query(
      `select from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
    );
    return rows[0];
  });
}
