import { checkSchema, describeSchemaProblem } from './database/check-schema.ts';
import type { Pool } from './database/pool.ts';
import { describeError } from './errors.ts';
import type { Jobs } from './jobs/make-jobs.ts';
import type { Slack } from './ports.ts';

/** One thing that has to be well for the app to be of use, and what is wrong with it when it is not. */
export interface Check {
  name: 'database' | 'migrations' | 'slack' | 'socket' | 'jobs' | 'policy';
  ok: boolean;
  /** One line for whoever is on call; no secrets. */
  detail?: string;
}

/** A due task that waits longer than this (on our Clock) means that nobody works. */
const MOST_LAG_MS = 5 * 60_000;

/** /readyz: database, migrations, Slack, job lag, and one policy on all replicas. */
export async function checkReadiness(deps: { pool: Pool; slack: Slack; jobs: Jobs }): Promise<Check[]> {
  const checks = [
    check('database', async () => {
      await deps.pool.query('select 1');
    }),
    check('migrations', async () => describeSchemaProblem(await checkSchema(deps.pool))),
    check('slack', async () => {
      await deps.slack.identity();
    }),
    check('jobs', async () => {
      const { working, lagMs } = await deps.jobs.health();
      if (!working) return 'this process takes no work';
      return lagMs > MOST_LAG_MS ? `the oldest due task has waited ${Math.round(lagMs / 1000)} s` : undefined;
    }),
    check('policy', async () => {
      const { samePolicy } = await deps.jobs.health();
      return samePolicy ? undefined : 'replicas run with different policies';
    }),
  ];
  return await Promise.all(checks);
}

async function check(name: Check['name'], problem: () => Promise<string | undefined | void>): Promise<Check> {
  try {
    const detail = await problem();
    return detail === undefined ? { name, ok: true } : { name, ok: false, detail };
  } catch (error) {
    return { name, ok: false, detail: describeError(error) };
  }
}
