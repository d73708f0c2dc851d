import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendAudit } from '../../src/audit/append.ts';
import { canonicalJson } from '../../src/audit/canonical-json.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { makeEntry, NOW } from './entries.ts';

let ours: TestDatabase;
beforeAll(async () => {
  ours = await createOurDatabase();
});
afterAll(async () => {
  await ours.drop();
});

test('canonical JSON has one spelling per value', () => {
  expect(canonicalJson({ b: 1n, a: [undefined, { d: NOW, c: undefined }], ä: 'ş' })).toBe(
    '{"a":[null,{"d":"2026-01-15T05:55:00.123Z"}],"b":"1","ä":"ş"}',
  );
  expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }));
  expect(() => canonicalJson({ a: Number.NaN })).toThrow('finite');
});

test('an empty log is whole, its tail unproven', async () => {
  expect(await verifyAudit(ours.pool)).toMatchObject({ state: 'whole_tail_unproven', rows: 0 });
});

test('a rolled-back change leaves no row', async () => {
  const failing = withTransaction(ours.pool, async (tx) => {
    await appendAudit(tx, NOW, [makeEntry(1)]);
    throw new Error('the change failed');
  });
  await expect(failing).rejects.toThrow('the change failed');
  expect(await verifyAudit(ours.pool)).toMatchObject({ rows: 0 });
});

test('hostile texts are stored as they are hashed', async () => {
  await withTransaction(ours.pool, async (tx) => {
    await appendAudit(tx, NOW, [
      {
        ...makeEntry(1),
        actor: 'person:U\0\uD800',
        subject: { kind: 'transaction', id: `${'x'.repeat(4000)}\uDC00` },
        data: { text: '\0\uD800 "\\ \u2028', '\0key': '😀' },
        personal: '\0 half \uD83D of a pair, 5:abc\n',
      },
    ]);
  });
  expect(await verifyAudit(ours.pool)).toMatchObject({ state: 'whole_tail_unproven', rows: 1 });
});

test('two clients at once keep one chain', async () => {
  const append = async (index: number) =>
    await withTransaction(
      ours.pool,
      async (tx) => await appendAudit(tx, NOW, [makeEntry(index), makeEntry(index)]),
    );
  await Promise.all(Array.from({ length: 40 }, (_, index) => append(index)));
  expect(await verifyAudit(ours.pool)).toMatchObject({ state: 'whole_tail_unproven', rows: 81 });
});

test('10,000 rows are four statements', { timeout: 60_000 }, async () => {
  const entries = Array.from({ length: 10_000 }, (_, index) => makeEntry(index));
  const statements = await withTransaction(ours.pool, async (tx) => {
    let count = 0;
    const counting = new Proxy(tx, {
      get(client, name) {
        if (name === 'query') count += 1;
        const value: unknown = Reflect.get(client, name);
        return typeof value === 'function' ? (value.bind(client) as unknown) : value;
      },
    });
    await appendAudit(counting, NOW, entries);
    return count;
  });
  expect(statements).toBe(4);
  expect(await verifyAudit(ours.pool)).toMatchObject({ rows: 10_081 });
});
