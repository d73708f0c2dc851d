import pg from 'pg';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { grantToApp } from './grant-to-app.ts';
import { readMigrations, type Migration } from './migrations.ts';
import { SCHEMA } from './pool.ts';

/** Any number that only we use: replicas that start at once take turns on it. */
const LOCK = 7_241_883_001;

export interface MigrateOptions {
  /** The login that owns our tables. */
  ownerUrl: string;
  /** The login the app runs as; it gets the rights it needs, and no more. Undefined: the owner itself. */
  appRole?: string;
  log: Log;
  migrations?: Migration[];
}

/**
 * Brings the schema to the newest migration this code knows: each in one transaction, under one lock for all
 * replicas. Throws config_invalid when an applied file has changed since; a database that is ahead of this code is
 * left as it is (`checkSchema` says whether the code may run on it). Returns the number of files applied.
 */
export async function migrate(options: MigrateOptions): Promise<number> {
  const { appRole } = options;
  const client = new pg.Client({
    connectionString: options.ownerUrl,
    application_name: 'mutabik migrate',
    options: `-c search_path=${SCHEMA},public -c timezone=UTC`,
  });
  await client.connect();
  try {
    const migrations = options.migrations ?? readMigrations();
    let applied = 0;
    while (await applyNext(client, migrations, options.log)) applied += 1;
    if (appRole !== undefined) await inLock(client, () => grantToApp(client, appRole));
    return applied;
  } finally {
    await client.end();
  }
}

/** Applies the first file that isn't applied yet. False: there is none. */
async function applyNext(client: pg.Client, migrations: Migration[], log: Log): Promise<boolean> {
  return await inLock(client, async () => {
    await ensureTable(client);
    const applied = await readApplied(client);
    refuseChanged(migrations, applied);
    const next = migrations.find(({ id }) => !applied.has(id));
    if (next === undefined) return false;
    await client.query(next.sql);
    await record(client, next);
    log.info({ migration: next.id, name: next.name }, 'migration applied');
    return true;
  });
}

async function inLock<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function ensureTable(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regnamespace($1) is not null as there`, [
    SCHEMA,
  ]);
  // "if not exists" alone would ask for the right to create schemas even when there is nothing to create.
  if (rows[0]?.there !== true) await client.query(`create schema ${SCHEMA}`);
  await client.query(`
    create table if not exists ${SCHEMA}.migrations (
      id         integer primary key,
      name       text not null,
      sha256     text not null,
      min_code   integer not null,
      -- Real time: a migration happens to the machine, not to the business.
      applied_at timestamptz not null default clock_timestamp()
    )`);
}

async function readApplied(client: pg.Client): Promise<Map<number, string>> {
  const { rows } = await client.query<{ id: number; sha256: string }>(
    `select id, sha256 from ${SCHEMA}.migrations`,
  );
  return new Map(rows.map(({ id, sha256 }) => [id, sha256]));
}

function refuseChanged(migrations: Migration[], applied: Map<number, string>): void {
  const changed = migrations.filter(({ id, sha256 }) => (applied.get(id) ?? sha256) !== sha256);
  if (changed.length === 0) return;
  const names = changed.map(({ id, name }) => `${String(id).padStart(4, '0')}-${name}.sql`).join(', ');
  throw new AppError(
    'config_invalid',
    `Applied migrations have changed since: ${names}. Restore them and put the change into a new file.`,
    { retryable: false },
  );
}

async function record(client: pg.Client, migration: Migration): Promise<void> {
  await client.query(
    `insert into ${SCHEMA}.migrations (id, name, sha256, min_code) values ($1, $2, $3, $4)`,
    [migration.id, migration.name, migration.sha256, migration.minCode],
  );
}
