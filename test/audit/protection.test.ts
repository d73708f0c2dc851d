import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { fillLog } from './entries.ts';

let ours: TestDatabase;
let owner: pg.Client;
let app: pg.Client;
beforeAll(async () => {
  ours = await createOurDatabase();
  await fillLog(ours.pool, 5);
  const options = '-c search_path=mutabik';
  owner = new pg.Client({ connectionString: ours.ownerUrl, options });
  app = new pg.Client({ connectionString: ours.url, options });
  await Promise.all([owner.connect(), app.connect()]);
});
afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await ours.drop();
});

const FORBIDDEN_TO_ALL = [
  `update audit_log set actor = 'x'`,
  `update audit_log set actor = 'x' where false`,
  'delete from audit_log',
  'truncate audit_log',
  'delete from audit_head',
  'truncate audit_head',
  'update audit_head set seq = seq - 1',
  `update audit_head set hash = 'x'`,
  `update audit_personal set body = 'x'`,
  'truncate audit_personal',
  `update audit_keys set public_key = 'x'`,
  'delete from audit_keys',
];

describe('even the owner is refused by triggers', () => {
  test.each(FORBIDDEN_TO_ALL)('%s', async (statement) => {
    await expect(owner.query(statement)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(/append-only|forward only/) as string,
    });
  });
});

describe('the app login is refused', () => {
  test.each([
    ...FORBIDDEN_TO_ALL,
    'alter table audit_log disable trigger user',
    'drop table audit_log',
    `insert into audit_head (seq, hash) values (1, 'x')`,
    `insert into migrations (id, name, sha256, min_code) values (9, 'x', 'x', 9)`,
    'create table mutabik.mine (n integer)',
  ])('%s', async (statement) => {
    await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});
