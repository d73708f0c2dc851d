import { makePrometheus } from '../adapters/prometheus.ts';
import { makeSlackDirectory } from '../adapters/slack-directory.ts';
import { parseConfig, type Config } from '../config.ts';
import { makePool } from '../database/pool.ts';
import { diagnoseSigning } from '../doctor/signing.ts';
import { diagnoseCalendar } from '../doctor/calendar.ts';
import { diagnoseDatabase } from '../doctor/database.ts';
import { diagnoseFinance } from '../doctor/finance.ts';
import { diagnosePager } from '../doctor/pager.ts';
import { diagnosePlatform } from '../doctor/platform.ts';
import { askWhoThereIs, diagnoseRoles } from '../doctor/roles.ts';
import { askSlack, diagnoseSlack } from '../doctor/slack.ts';
import { diagnoseSlo } from '../doctor/slo.ts';
import { diagnoseTransport } from '../doctor/transport.ts';
import { formatDiagnoses, ok, problem, type Diagnosis } from '../doctor/types.ts';
import { describeError } from '../errors.ts';
import { checkContract } from '../finance/check-contract.ts';
import { makeFinancePool } from '../finance/connect.ts';
import { makeLog } from '../log.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../ports.ts';
import { readSlos } from '../slo/read-slos.ts';
import { parseOptions, type Command } from './arguments.ts';

const usage = 'mutabik doctor';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'says in one screen what is wrong with the set-up, and how to mend it',
  usage,
  help: `Looks at the environment and the policy, our database, Slack (tokens, scopes, channels, clock), who holds which role, the
finance contract column by column, the service levels and their sources, the payment platform, and the calendar. Changes nothing.
Exit code 0: all is well; 1: there is something to mend.`,
  async run(args, { environment, clock, policy: readPolicy }) {
    parseOptions(args, {}, usage);
    const config = parseConfig(environment);
    const policy = await readPolicy();
    const { screen, healthy } = formatDiagnoses([
      ok('configuration', `environment and policy are right (policy ${policy.hash.slice(0, 12)})`),
      diagnoseSigning(config),
      diagnosePager(config),
      ...diagnoseCalendar(policy, clock.now()),
      ...(await guarded('database', () => lookAtDatabase(config))),
      ...(await guarded('finance', () => lookAtFinance(config, policy))),
      ...(await guarded('slo', async () => await lookAtSlo(config, policy, clock))),
      ...(await guarded('platform', async () => await diagnosePlatform(config, policy, clock))),
      ...(await guarded('slack', async () => [await diagnoseTransport(config)])),
      ...(await guarded('slack', async () => await lookAtSlack(config, policy))),
      ...(await guarded('roles', async () => await lookAtRoles(config, policy))),
    ]);
    process.stdout.write(screen);
    return healthy ? 0 : 1;
  },
};

/** What can't be looked at is a problem of its own, and the rest is still looked at. */
async function guarded(area: Diagnosis['area'], look: () => Promise<Diagnosis[]>): Promise<Diagnosis[]> {
  try {
    return await look();
  } catch (error) {
    return [problem(area, `can't be looked at: ${describeError(error)}`)];
  }
}

async function lookAtDatabase(config: Config): Promise<Diagnosis[]> {
  const pool = makePool(config.DATABASE_URL, {
    max: 1,
    applicationName: 'mutabik doctor',
    log: makeLog('silent'),
  });
  try {
    return await diagnoseDatabase(pool);
  } finally {
    await pool.end();
  }
}

async function lookAtFinance(config: Config, policy: Policy): Promise<Diagnosis[]> {
  const schema = config.FINANCE_SCHEMA;
  const pool = makeFinancePool(config.FINANCE_DATABASE_URL, { schema, log: makeLog('silent'), max: 1 });
  try {
    return diagnoseFinance(await checkContract(pool, schema, policy));
  } finally {
    await pool.end();
  }
}

async function lookAtSlo(config: Config, policy: Policy, clock: Clock): Promise<Diagnosis[]> {
  const { FINANCE_SCHEMA: schema, PROMETHEUS_URL: url } = config;
  const { PROMETHEUS_TOKEN: token, PROMETHEUS_USER: user, PROMETHEUS_PASSWORD: password } = config;
  const finance = makeFinancePool(config.FINANCE_DATABASE_URL, { schema, log: makeLog('silent'), max: 1 });
  const prometheus = url === undefined ? null : makePrometheus({ url, token, user, password });
  try {
    return await diagnoseSlo({ readSlos: () => readSlos(policy.slo.folder), finance, prometheus, clock });
  } finally {
    await finance.end();
  }
}

async function lookAtSlack(config: Config, policy: Policy): Promise<Diagnosis[]> {
  // Signatures and the Date header are of real time, whatever clock the rules go by.
  const facts = await askSlack({
    apiUrl: config.SLACK_API_URL,
    token: config.SLACK_BOT_TOKEN,
    now: new Date(),
  });
  return diagnoseSlack(facts, policy);
}

async function lookAtRoles(config: Config, policy: Policy): Promise<Diagnosis[]> {
  const directory = makeSlackDirectory({
    token: config.SLACK_BOT_TOKEN,
    apiUrl: config.SLACK_API_URL,
    log: makeLog('silent'),
  });
  return diagnoseRoles(policy, await askWhoThereIs(directory));
}
