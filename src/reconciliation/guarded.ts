import pg from 'pg';
import type { FinanceClient } from '../finance/connect.ts';
import type { Log } from '../log.ts';

/**
 * Runs one rule's statements under a savepoint, so that a rule whose query the database refuses or breaks off, or whose
 * rows hold an amount that is no number (NaN), leaves the others their snapshot. A lost connection is the whole scan's fault.
 */
export async function guarded<T>(
  client: FinanceClient,
  log: Log,
  rule: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  await client.query('savepoint rule');
  try {
    const result = await work();
    await client.query('release savepoint rule');
    return result;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError || error instanceof SyntaxError)) throw error;
    await client.query('rollback to savepoint rule');
    log.error({ err: error, rule }, 'a rule could not be run');
    return undefined;
  }
}
