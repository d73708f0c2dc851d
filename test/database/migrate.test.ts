import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  checkSchema,
  decideSchemaState,
  describeSchemaProblem,
  isOwner,
} from '../../src/database/check-schema.ts';
import { JOBS_SCHEMA } from '../../src/database/grant-to-app.ts';
import { migrate } from '../../src/database/migrate.ts';
import { parseMigration, readMigrations, schemaVersion } from '../../src/database/migrations.ts';
import { makeLog } from '../../src/log.ts';
import { createBareDatabase, type TestDatabase } from '../support/databases.ts';

const log = makeLog('silent');
let bare: TestDatabase;
beforeAll(async () => {
  bare = await createBareDatabase();
});
afterAll(async () => {
  await bare.drop();
});

const extra = (sql: string, id = schemaVersion() + 1) =>
  parseMigration(`${String(id).padStart(4, '0')}-extra.sql`, sql);

test('an empty database is behind, not broken', async () => {
  const state = await checkSchema(bare.pool);
  expect(state).toEqual({ state: 'schema_behind', schema: 0, code: schemaVersion() });
  expect(describeSchemaProblem(state)).toContain('run mutabik migrate');
});

test('two replicas at once apply each file once', async () => {
  const options = { ownerUrl: bare.ownerUrl, appRole: 'mutabik_app', log };
  const applied = await Promise.all([migrate(options), migrate(options), migrate(options)]);
  expect(applied.reduce((sum, count) => sum + count, 0)).toBe(readMigrations().length);
  expect(await checkSchema(bare.pool)).toEqual({ state: 'current' });
});

test('a second migrate changes nothing', async () => {
  expect(await migrate({ ownerUrl: bare.ownerUrl, appRole: 'mutabik_app', log })).toBe(0);
});

test('a failing file leaves nothing behind', async () => {
  const migrations = [...readMigrations(), extra('create table half (n integer); select 1/0;')];
  await expect(migrate({ ownerUrl: bare.ownerUrl, log, migrations })).rejects.toThrow('division by zero');
  const { rows } = await bare.pool.query(`select to_regclass('mutabik.half') as half`);
  expect(rows).toEqual([{ half: null }]);
  expect(await checkSchema(bare.pool)).toEqual({ state: 'current' });
});

test('an applied file that changed is refused', async () => {
  const migrations = readMigrations().map((known) =>
    known.id === 1 ? parseMigration('0001-foundation.sql', `${known.sql}\n-- edited`) : known,
  );
  await expect(migrate({ ownerUrl: bare.ownerUrl, log, migrations })).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining('0001-foundation.sql') as string,
  });
  expect((await checkSchema(bare.pool, migrations)).state).toBe('changed');
});

test('older code refuses a schema that needs newer', async () => {
  const next = schemaVersion() + 1;
  const migrations = [...readMigrations(), extra(`-- min_code: ${next}\nselect 1;`)];
  await migrate({ ownerUrl: bare.ownerUrl, log, migrations });
  const state = await checkSchema(bare.pool);
  expect(state).toMatchObject({ state: 'code_too_old', minCode: next });
  expect(describeSchemaProblem(state)).toContain('deploy a newer version');
  expect(await checkSchema(bare.pool, migrations)).toEqual({ state: 'current' });
});

test('older code runs on a schema that only adds', () => {
  const migrations = readMigrations();
  const rows = [...migrations, extra('select 1;')].map((known) => ({ ...known, min_code: known.minCode }));
  expect(decideSchemaState(migrations, rows).state).toBe('ahead_compatible');
  expect(describeSchemaProblem(decideSchemaState(migrations, rows))).toBeUndefined();
});

test('the hash does not depend on line ends', () => {
  expect(extra('select 1;\r\nselect 2;').sha256).toBe(extra('select 1;\nselect 2;').sha256);
});

test('doctor can tell the owner from the app', async () => {
  expect(await isOwner(bare.pool)).toBe(true);
  const app = new pg.Client({ connectionString: bare.url });
  await app.connect();
  expect(await isOwner(app)).toBe(false);
  await app.end();
});

test('the owner may be the app on a laptop', async () => {
  expect(await migrate({ ownerUrl: bare.ownerUrl, appRole: 'mutabik_owner', log, migrations: [] })).toBe(0);
});

test('the app makes its queue where the owner may not', async () => {
  // Two logins that are not members of each other, as most companies have them.
  const apart = await createBareDatabase({ owner: 'finance_owner', login: 'finance_reader' });
  await migrate({ ownerUrl: apart.ownerUrl, appRole: 'finance_reader', log });
  await runMigrations({ connectionString: apart.url, preset: { worker: { schema: JOBS_SCHEMA } } });
  const { rows } = await apart.pool.query(
    'select nspowner::regrole::text as owner from pg_namespace where nspname = $1',
    [JOBS_SCHEMA],
  );
  expect(rows).toEqual([{ owner: 'finance_reader' }]);
  await apart.drop();
});
