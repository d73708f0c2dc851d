import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkAudit } from '../../src/reconciliation/rules/r27-audit-chain.ts';
import { erasePersonal } from '../../src/audit/erase-personal.ts';
import { exportAudit } from '../../src/audit/export-audit.ts';
import { parseHead, signCurrentHead, signHead } from '../../src/audit/head.ts';
import { generateSigningKey, parseSigningKey } from '../../src/audit/keys.ts';
import { hashRow } from '../../src/audit/rules.ts';
import { readPage } from '../../src/audit/store.ts';
import { verifyAudit, verifyLog } from '../../src/audit/verify-audit.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { fillLog, KEY, makeEntry, NOW, withOwnerTampering } from './entries.ts';

const ROWS = 30;

let ours: TestDatabase;
let head: string;
beforeAll(async () => {
  ours = await createOurDatabase();
  await fillLog(ours.pool, ROWS);
  head = await withTransaction(ours.pool, async (tx) => await signCurrentHead(tx, NOW, KEY));
});
afterAll(async () => {
  await ours.drop();
});

test('a log with its head is whole', async () => {
  expect(await verifyAudit(ours.pool, { head })).toMatchObject({ state: 'whole', rows: ROWS });
});

test('without a head the tail is unproven', async () => {
  expect((await verifyAudit(ours.pool)).state).toBe('whole_tail_unproven');
});

test('progress is told', async () => {
  const seen: number[] = [];
  await verifyAudit(ours.pool, { head, onProgress: (rows) => seen.push(rows) });
  expect(seen.at(-1)).toBe(ROWS);
});

test('a log rewritten with right hashes is found', async () => {
  await withOwnerTampering(ours.ownerUrl, async (db) => {
    let previous = '0'.repeat(64);
    for (const row of await readPage(db, '0', ROWS)) {
      const forged = {
        ...row,
        actor: row.seq === '9' ? 'person:UNOBODY' : row.actor,
        previous_hash: previous,
      };
      previous = hashRow(forged);
      await db.query('update audit_log set actor = $1, previous_hash = $2, hash = $3 where seq = $4', [
        forged.actor,
        forged.previous_hash,
        previous,
        row.seq,
      ]);
    }
    await db.query('update audit_head set hash = $1', [previous]);
    expect((await verifyLog(db)).state).toBe('whole_tail_unproven');
    expect(await verifyLog(db, { head })).toMatchObject({
      state: 'broken',
      problem: 'head_differs_from_kept',
      firstBadSeq: ROWS,
    });
  });
});

test('a forged head is refused', async () => {
  const forged = signHead(parseSigningKey(generateSigningKey()), parseHead(head)!);
  expect(await verifyAudit(ours.pool, { head: forged })).toMatchObject({ problem: 'key_unknown' });
  expect(await verifyAudit(ours.pool, { head: forged, publicKey: KEY.publicKey })).toMatchObject({
    problem: 'signature_wrong',
  });
  expect(await verifyAudit(ours.pool, { head: 'nonsense' })).toMatchObject({ problem: 'head_unreadable' });
});

test('a key given by hand weighs more', async () => {
  expect((await verifyAudit(ours.pool, { head, publicKey: KEY.publicKey })).state).toBe('whole');
  const other = parseSigningKey(generateSigningKey()).publicKey;
  expect(await verifyAudit(ours.pool, { head, publicKey: other })).toMatchObject({
    problem: 'signature_wrong',
  });
});

test('the first bad row is named', async () => {
  await withOwnerTampering(ours.ownerUrl, async (db) => {
    await db.query(`update audit_log set data = '{}' where seq in (12, 20)`);
    expect(await verifyLog(db)).toEqual({
      state: 'broken',
      problem: 'row_changed',
      rows: 11,
      firstBadSeq: 12,
    });
  });
});

test('a whole log gives no finding, a broken one R27', async () => {
  expect(await checkAudit(ours.pool, NOW, { head })).toBeNull();
  const unknown = signHead(KEY, { seq: BigInt(ROWS + 5), hash: 'a'.repeat(64) });
  expect(await checkAudit(ours.pool, NOW, { head: unknown })).toMatchObject({
    rule: 'R27',
    class: 'HIGH',
    action: 'escalate',
    subject: { kind: 'audit', id: 'log' },
    evidence: { key: 'R27', args: { row: ROWS + 1 } },
    occurredAt: NOW,
  });
});

test('erased text is gone, the chain stays whole', async () => {
  const seqs = [2n, 3n, 5n, 999n];
  const erased = await withTransaction(ours.pool, async (tx) =>
    erasePersonal(tx, NOW, {
      seqs,
      actor: 'person:USECURITY1',
      reason: 'a request of the customer',
      copies: [],
    }),
  );
  expect(erased).toBe(2);
  const { rows } = await ours.pool.query('select seq from audit_personal where seq = any($1)', [seqs]);
  expect(rows).toEqual([]);
  expect(await verifyAudit(ours.pool, { head })).toMatchObject({ state: 'whole', rows: ROWS + 1 });
});

test('text that is gone without a word is found', async () => {
  await withOwnerTampering(ours.ownerUrl, async (db) => {
    await db.query('delete from audit_personal where seq = 8');
    expect(await verifyLog(db, { head })).toMatchObject({ problem: 'personal_gone', firstBadSeq: 8 });
  });
});

async function collect(options: Parameters<typeof exportAudit>[1]): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  for await (const line of exportAudit(ours.pool, options)) {
    expect(line.endsWith('\n')).toBe(true);
    lines.push(JSON.parse(line) as Record<string, unknown>);
  }
  return lines;
}

test('the export holds every row and no erased text', async () => {
  const lines = await collect({});
  expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: ROWS + 1 }, (_, index) => index + 1));
  expect(lines[7]).toMatchObject({ actor: 'person:U7', personal: makeEntry(7).personal });
  expect(lines[1]).toMatchObject({
    personal: null,
    personal_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

test('the export filters by time and subject', async () => {
  const from = new Date(NOW.getTime() + 7);
  const to = new Date(NOW.getTime() + 14);
  expect((await collect({ from, to })).map(({ seq }) => seq)).toEqual([8, 9, 10, 11, 12, 13, 14]);
  expect(await collect({ subject: { kind: 'transaction', id: 'tx-4' } })).toMatchObject([{ seq: 5 }]);
});
