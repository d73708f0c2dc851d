import { makePool } from '../src/database/pool.ts';
import type { Log } from '../src/log.ts';
import type { SandboxDatabases } from './databases.ts';
import { plantBreaks } from './data/plant-breaks.ts';
import { seedFinance } from './data/seed-finance.ts';
import { SEED, STARTS_AT } from './settings.ts';

/** Fills the finance database at the first start: a month of a platform, and the breaks planted in it. */
export async function prepareData(
  databases: SandboxDatabases,
  options: { log: Log; say: (line: string) => void },
): Promise<void> {
  const { log, say } = options;
  const { seeded, payments } = await seedFinance({
    ownerUrl: databases.financeOwner,
    seed: SEED,
    startAt: STARTS_AT,
    scale: 1,
    log,
    reader: 'finance_reader',
  });
  if (seeded) say(`Made a month of a payment platform: ${payments} payments`);
  const pool = makePool(databases.financeOwner, { max: 1, applicationName: 'sandbox seed', log });
  try {
    await plantBreaks(pool);
  } finally {
    await pool.end();
  }
}
