import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { launchPostgres, type Postgres } from '../../sandbox/postgres/launch.ts';
import { migrate } from '../../src/database/migrate.ts';
import { makeLog } from '../../src/log.ts';
import { findPrometheus } from '../slo/real-prometheus.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { host: string; port: number };
  }
}

const ROLES = ['mutabik_owner', 'mutabik_app', 'finance_owner', 'finance_reader'];

/**
 * One PostgreSQL for the whole run, durable in nothing, with a template of each database: a test file's clone then
 * takes 25 ms (docs: CREATE DATABASE ... STRATEGY file_copy).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'mutabik-test-'));
  chmodSync(folder, 0o711);
  const postgres = await launchPostgres({
    dataDir: join(folder, 'postgres'),
    superuserPassword: 'unused',
    trust: true,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '300',
      shared_buffers: '64MB',
    },
  });
  const stop = async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
    // The last line of a run, since a file of which all is skipped says nothing.
    if (process.env['MUTABIK_DEEP'] === '1' && findPrometheus() === null)
      process.stderr.write('ran without a real Prometheus: no PROMETHEUS_BIN, and none on the PATH\n');
  };
  try {
    await makeTemplates(postgres);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('postgres', { host: postgres.host, port: postgres.port });
  return stop;
}

async function makeTemplates({ host, port }: Postgres): Promise<void> {
  const url = (role: string, database: string) => `postgresql://${role}@${host}:${port}/${database}`;
  await query(url('postgres', 'postgres'), [
    ...ROLES.map((role) => `create role ${role} login`),
    'create database template_ours owner mutabik_owner',
    'create database template_finance owner finance_owner',
    'grant mutabik_app to mutabik_owner',
  ]);
  await migrate({
    ownerUrl: url('mutabik_owner', 'template_ours'),
    appRole: 'mutabik_app',
    log: makeLog('silent'),
  });
  await runMigrations({
    connectionString: url('mutabik_app', 'template_ours'),
    preset: { worker: { schema: 'jobs' } },
  });
  const reference = new URL('../../src/finance/reference-schema.sql', import.meta.url);
  await query(url('finance_owner', 'template_finance'), [
    readFileSync(reference, 'utf8'),
    'grant usage on schema finance to finance_reader',
    'grant select on all tables in schema finance to finance_reader',
    'alter default privileges in schema finance grant select on tables to finance_reader',
  ]);
}

async function query(connectionString: string, statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
