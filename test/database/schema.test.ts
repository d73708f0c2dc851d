import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumpCatalog } from '../../src/database/dump-catalog.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';

const FILE = new URL('../../src/database/schema.txt', import.meta.url);

let ours: TestDatabase;
beforeAll(async () => {
  ours = await createOurDatabase();
});
afterAll(async () => {
  await ours.drop();
});

/** After a new migration: UPDATE_SCHEMA=1 npx vitest run test/database/schema.test.ts, and read the difference. */
test('the schema is the committed one', async () => {
  const dump = await dumpCatalog(ours.pool);
  if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(FILE, dump);
  expect(dump, 'to rewrite it: UPDATE_SCHEMA=1 npx vitest run test/database/schema.test.ts').toBe(
    readFileSync(FILE, 'utf8'),
  );
});

test('the dump shows tables, triggers and grants', async () => {
  const dump = await dumpCatalog(ours.pool);
  expect(dump).toContain('\ntable audit_log\n');
  expect(dump).toContain('CREATE TRIGGER audit_log_append_only');
  expect(dump).toContain('  grant insert, select to mutabik_app');
});

test('the schema knows no other clock than ours', async () => {
  const dump = await dumpCatalog(ours.pool);
  const lines = dump.split('\n').filter((line) => /now\(\)|current_timestamp|clock_timestamp/i.test(line));
  // Real time on purpose: heartbeats of processes, and when a migration ran.
  expect(lines.map((line) => line.trim().split(' ')[1])).toEqual(['applied_at', 'started_at', 'seen_at']);
});
