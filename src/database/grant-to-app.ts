import pg from 'pg';
import type { Queryable } from './pool.ts';
import { SCHEMA } from './pool.ts';

/** The queue's schema (graphile-worker): row level security there wants the app's login to be the owner. */
export const JOBS_SCHEMA = 'jobs';

/**
 * Gives the app's login what it needs on our schema and takes away what it must not have: the audit log can be
 * added to and read, its head moved, personal text erased, and nothing rewritten. May be run again at any time.
 */
export async function grantToApp(owner: Queryable, appRole: string): Promise<void> {
  const app = pg.escapeIdentifier(appRole);
  if (await isSelf(owner, appRole)) return;
  await owner.query(`
    grant usage on schema ${SCHEMA} to ${app};
    grant select, insert, update, delete on all tables in schema ${SCHEMA} to ${app};
    grant usage on all sequences in schema ${SCHEMA} to ${app};
    alter default privileges in schema ${SCHEMA} grant select, insert, update, delete on tables to ${app};
    alter default privileges in schema ${SCHEMA} grant usage on sequences to ${app};
    revoke insert, update, delete on ${SCHEMA}.migrations from ${app};
    revoke update, delete on ${SCHEMA}.audit_log from ${app};
    revoke insert, delete on ${SCHEMA}.audit_head from ${app};
    revoke update on ${SCHEMA}.audit_personal from ${app};
    revoke update, delete on ${SCHEMA}.audit_keys from ${app};
  `);
  await giveJobsSchema(owner, app, appRole);
}

async function isSelf(owner: Queryable, appRole: string): Promise<boolean> {
  const { rows } = await owner.query<{ self: boolean }>('select current_user = $1 as self', [appRole]);
  return rows[0]?.self === true;
}

/**
 * graphile-worker migrates its own schema, and begins with "create schema if not exists", which asks for the right
 * to create in the database even when the schema stands. So the app's login gets that right; and where the owner
 * may act for it, the schema as well, so that both are there before the first start.
 */
async function giveJobsSchema(owner: Queryable, app: string, appRole: string): Promise<void> {
  const { rows } = await owner.query<{ database: string; there: boolean; may_act: boolean }>(
    `select current_database() as database, to_regnamespace($1) is not null as there,
            pg_has_role(current_user, $2, 'member') as may_act`,
    [JOBS_SCHEMA, appRole],
  );
  const database = pg.escapeIdentifier(rows[0]?.database ?? '');
  await owner.query(`grant create on database ${database} to ${app}`);
  if (rows[0]?.there !== true && rows[0]?.may_act === true) {
    await owner.query(`create schema ${JOBS_SCHEMA} authorization ${app}`);
  }
}
