import { parseFinanceConfig } from '../config.ts';
import { makePool, withTransaction, type Pool } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import { makeFinancePool } from '../finance/connect.ts';
import { makeLog, type Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import { businessDayOf } from '../business-day.ts';
import { formatDryRun } from '../reconciliation/dry-run-table.ts';
import { dryRun, dryRunJson } from '../reconciliation/dry-run.ts';
import { requestRun } from '../reconciliation/start-run.ts';
import { parseOptions, type Command, type Surroundings } from './arguments.ts';

const usage = 'mutabik recon [--date YYYY-MM-DD] --dry-run [--json], or mutabik recon';

export const reconCommand: Command = {
  name: 'recon',
  summary: 'reconciles: prints what a run would find, or asks the app for a run',
  usage,
  help: `With --dry-run: reads the finance database, prints what does not agree, stores nothing. Needs FINANCE_DATABASE_URL
and the policy; with DATABASE_URL it also knows the last window and what is open.
Without: asks the running app for a run of now; its result stands in the digest.
  --date YYYY-MM-DD  a business day; one in the past runs only the rules that depend on the window alone
  --json             for programs; amounts are strings in minor units
A wallet that differs is "unconfirmed" here: a dry run looks once, a run looks again two minutes later.
Exit code 0: done, whatever was found; 1: it could not be done.`,
  async run(args, surroundings) {
    const values = parseOptions(
      args,
      {
        date: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      usage,
    );
    const policy = await surroundings.policy();
    const now = surroundings.clock.now();
    const today = businessDayOf(now, policy.business.time_zone);
    const date = values.date ?? today;
    refuseWrongDate(date, today);
    if (values['dry-run'] === true)
      return await printDryRun(surroundings, policy, { date, json: values.json === true });
    if (values.date !== undefined)
      throw wrong('--date goes with --dry-run: a stored run is always one of now');
    if (values.json === true) throw wrong('--json goes with --dry-run: a stored run is read in the digest');
    return await askForRun(surroundings, policy);
  },
};

async function printDryRun(
  surroundings: Surroundings,
  policy: Policy,
  { date, json }: { date: string; json: boolean },
): Promise<number> {
  const config = parseFinanceConfig(surroundings.environment);
  const log = makeLog(config.LOG_LEVEL);
  const finance = makeFinancePool(config.FINANCE_DATABASE_URL, { schema: config.FINANCE_SCHEMA, log });
  const ours = config.DATABASE_URL === undefined ? null : ourPool(config.DATABASE_URL, log);
  const isTerminal = process.stderr.isTTY;
  try {
    const run = await dryRun({
      finance,
      ours,
      policy,
      now: surroundings.clock.now(),
      date,
      log,
      ...(isTerminal
        ? {
            onProgress: ({ rule, accounts }) =>
              process.stderr.write(`\r\u001B[K${rule}, ${accounts} accounts`),
          }
        : {}),
    });
    if (isTerminal) process.stderr.write('\r\u001B[K');
    process.stdout.write(
      json ? `${dryRunJson(run)}\n` : formatDryRun(run, policy.business.reporting_currency),
    );
    return 0;
  } finally {
    await Promise.all([finance.end(), ours?.end()]);
  }
}

async function askForRun(surroundings: Surroundings, policy: Policy): Promise<number> {
  const config = parseFinanceConfig(surroundings.environment);
  if (config.DATABASE_URL === undefined) throw wrong('DATABASE_URL is missing: a run is stored there');
  const pool = ourPool(config.DATABASE_URL, makeLog(config.LOG_LEVEL));
  try {
    const actor = `cli:${surroundings.environment['USER'] ?? 'unknown'}`;
    const id = await withTransaction(pool, (tx) => requestRun(tx, surroundings.clock.now(), policy, actor));
    process.stdout.write(`Asked for run ${id}; its digest follows in the channel.\n`);
    return 0;
  } finally {
    await pool.end();
  }
}

function ourPool(url: string, log: Log): Pool {
  return makePool(url, { max: 2, applicationName: 'mutabik recon', log });
}

function refuseWrongDate(date: string, today: string): void {
  const at = new Date(`${date}T00:00:00Z`);
  if (
    !/^\d{4}-\d\d-\d\d$/.test(date) ||
    Number.isNaN(at.getTime()) ||
    at.toISOString().slice(0, 10) !== date
  ) {
    throw wrong(`--date: ${date} is not a day such as 2026-01-14`);
  }
  if (date > today) throw wrong(`--date: ${date} has not come yet; today is ${today}`);
}

function wrong(message: string): AppError {
  return new AppError('config_invalid', message, { retryable: false });
}
