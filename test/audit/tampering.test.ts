import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyLog } from '../../src/audit/verify-audit.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { fillLog, keepHead, withOwnerTampering } from './entries.ts';
import { makeRandom, tamperings, type Tampering } from './tamperings.ts';

const ROWS = 40;
const TRIES = 1_000;

let ours: TestDatabase;
let head: string;
beforeAll(async () => {
  ours = await createOurDatabase();
  head = await keepHead(ours.pool, await fillLog(ours.pool, ROWS));
});
afterAll(async () => {
  await ours.drop();
});

/** Applies one tampering and looks; the savepoint brings everything back. */
async function attempt(
  db: pg.Client,
  tamper: () => Promise<string | undefined>,
): Promise<string | undefined> {
  await db.query('savepoint before');
  // Undefined: this one can't be done (a duplicate key, say), so there is nothing to find.
  const what = await tamper().catch((error: Error & { code?: string }) => {
    if (error.code?.startsWith('23') === true || error.code?.startsWith('22') === true) return undefined;
    throw error;
  });
  if (what !== undefined) {
    const verification = await verifyLog(db, { head });
    expect(verification.state, what).toBe('broken');
  }
  await db.query('rollback to savepoint before');
  return what;
}

test(`${TRIES} random changes are all found`, { timeout: 120_000 }, async () => {
  const seed = Number(process.env['SEED'] ?? 20_260_115);
  const random = makeRandom(seed);
  const found = new Map<Tampering['name'], number>();
  await withOwnerTampering(ours.ownerUrl, async (db) => {
    expect((await verifyLog(db, { head })).state).toBe('whole');
    for (let done = 0; done < TRIES;) {
      const tampering = random.pick(tamperings);
      const what = await attempt(db, async () => await tampering.apply(db, random));
      if (what === undefined) continue;
      done += 1;
      found.set(tampering.name, (found.get(tampering.name) ?? 0) + 1);
    }
    expect((await verifyLog(db, { head })).state).toBe('whole');
  });
  for (const { name } of tamperings) expect(found.get(name), `${name}, seed ${seed}`).toBeGreaterThan(20);
});
