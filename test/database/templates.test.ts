import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFinanceDatabase, createOurDatabase, type TestDatabase } from '../support/databases.ts';

let ours: TestDatabase;
let finance: TestDatabase;
beforeAll(async () => {
  [ours, finance] = await Promise.all([createOurDatabase(), createFinanceDatabase()]);
});
afterAll(async () => {
  await Promise.all([ours.drop(), finance.drop()]);
});

test('a clone of our database is migrated', async () => {
  const { rows } = await ours.pool.query('select id from migrations');
  expect(rows.length).toBeGreaterThan(0);
});

test('the app login may add a job', async () => {
  await ours.pool.query(`select jobs.add_job('x', '{}'::json)`);
});

test('the finance owner may write its tables', async () => {
  await finance.pool.query(`insert into finance.accounts values ('t', 'a', 'active')`);
});
