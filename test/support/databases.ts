import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { makePool, type Pool } from '../../src/database/pool.ts';
import { makeLog } from '../../src/log.ts';

export interface TestDatabase {
  url: string;
  ownerUrl: string;
  /** The superuser's address, for what only a superuser may do (disable triggers, read all grants). */
  superuserUrl: string;
  pool: Pool;
  drop(): Promise<void>;
}

/** Our database, migrated, empty; `url` and `pool` are the app's login (graphile-worker's schema stands too). */
export async function createOurDatabase(): Promise<TestDatabase> {
  return await cloneTemplate('template_ours', {
    owner: 'mutabik_owner',
    login: 'mutabik_app',
    poolAs: 'mutabik_app',
  });
}

/** A finance database with the reference schema, empty; `url` is the read-only login, `pool` the owner's. */
export async function createFinanceDatabase(): Promise<TestDatabase> {
  return await cloneTemplate('template_finance', {
    owner: 'finance_owner',
    login: 'finance_reader',
    poolAs: 'finance_owner',
  });
}

/** A database with nothing in it; `pool` is its owner's. */
export async function createBareDatabase(
  roles = { owner: 'mutabik_owner', login: 'mutabik_app' },
): Promise<TestDatabase> {
  return await cloneTemplate('template1', { ...roles, poolAs: roles.owner });
}

async function cloneTemplate(
  template: string,
  roles: { owner: string; login: string; poolAs: string },
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(`create database ${name} owner ${roles.owner} template ${template} strategy file_copy`);
  // Rights on the database itself are not copied from the template.
  if (template === 'template_ours') await asSuperuser(`grant create on database ${name} to ${roles.login}`);
  const pool = makePool(urlOf(roles.poolAs, name), {
    max: 10,
    applicationName: 'test',
    log: makeLog('silent'),
  });
  return {
    url: urlOf(roles.login, name),
    ownerUrl: urlOf(roles.owner, name),
    superuserUrl: urlOf('postgres', name),
    pool,
    async drop() {
      await pool.end();
      await asSuperuser(`drop database ${name} with (force)`);
    },
  };
}

function urlOf(role: string, database: string): string {
  const { host, port } = inject('postgres');
  return `postgresql://${role}@${host}:${port}/${database}`;
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf('postgres', 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
