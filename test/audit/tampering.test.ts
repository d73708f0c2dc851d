import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendAudit } from '../../src/audit/append.ts';
import { hashRow, spellInstant } from '../../src/audit/rules.ts';
import type { ChainedRow } from '../../src/audit/types.ts';
import { verifyLog } from '../../src/audit/verify-audit.ts';
import type { Tx } from '../../src/database/pool.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { fillLog, keepHead, makeEntry, NOW, withOwnerTampering } from './entries.ts';
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

test.each([
  [
    'the beginning of a text moved into its salt',
    `update audit_personal set salt = salt || left(body, 8), body = substr(body, 9) where seq = 2`,
  ],
  [
    'the day of a row moved before Christ',
    `update audit_log set at = (at::text || ' BC')::timestamptz where seq = 3`,
  ],
  ['the day of a row moved to infinity', `update audit_log set at = 'infinity' where seq = 3`],
  [
    'a row before the smallest page',
    `insert into audit_log select -9223372036854775808, at, actor, action, tenant_id, subject_kind, subject_id, data,
       personal_hash, previous_hash, hash from audit_log where seq = 1`,
  ],
])('%s is found', async (_what, statement) => {
  await withOwnerTampering(ours.ownerUrl, async (db) => {
    expect((await db.query(statement)).rowCount).toBe(1);
    expect((await verifyLog(db, { head })).state).toBe('broken');
  });
});

test('a forged erasure that names nothing forgives nothing', async () => {
  await withOwnerTampering(ours.ownerUrl, async (db) => {
    for (const data of ['null', 'no JSON', '{"seqs":7}']) {
      const forged = { ...makeEntry(0), action: 'audit.personal_erased', data: {} };
      await appendAudit(db as unknown as Tx, NOW, [forged]);
      const { rows } = await db.query<ChainedRow>(
        `update audit_log set data = $1 where seq = (select max(seq) from audit_log)
         returning seq, actor, action, tenant_id, subject_kind, subject_id, data, personal_hash, previous_hash`,
        [data],
      );
      const hash = hashRow({ ...(rows[0] as ChainedRow), at: spellInstant(NOW) });
      await db.query('update audit_log set hash = $1 where seq = $2', [hash, rows[0]?.seq]);
      await db.query('update audit_head set hash = $1', [hash]);
    }
    expect(await verifyLog(db, { head })).toMatchObject({ state: 'whole' });
    await db.query('delete from audit_personal where seq = 2');
    expect(await verifyLog(db, { head })).toMatchObject({ state: 'broken', problem: 'personal_gone' });
  });
});
