import { readFile } from 'node:fs/promises';
import { makeSlackDirectory } from '../adapters/slack-directory.ts';
import { businessDayOf } from '../business-day.ts';
import { parseDatabaseConfig } from '../config.ts';
import { makePool, type Pool } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import { exportRegister } from '../exemptions/export-register.ts';
import { planImport, type ImportPlan, type PlannedRow } from '../exemptions/import-plan.ts';
import { importRegister, readKnown, type PlannedAdd } from '../exemptions/import-register.ts';
import { ROUTES, type ExemptionRoute } from '../exemptions/types.ts';
import { makeLog } from '../log.ts';
import { personKeyOf } from '../people/who-is-who.ts';
import type { Policy } from '../policy.ts';
import { parseOptions, type Command, type Surroundings } from './arguments.ts';

const usage =
  'mutabik exemptions import FILE [--dry-run] [--place TEXT] [--route procure|rotate], or mutabik exemptions export [--all]';

export const exemptionsCommand: Command = {
  name: 'exemptions',
  summary: 'takes a register of exemptions in from CSV or Markdown, or writes it as CSV',
  usage,
  help: `Needs DATABASE_URL and the policy; import also SLACK_BOT_TOKEN, since owners are people of the workspace.
  import FILE    a CSV, or a Markdown page with a table: secret, risk, owner, deadline, mitigation, place, route (docs/exemptions.md).
                 Right rows are stored together or not at all; each wrong one is named with its line and reason.
  --dry-run      says row by row what would happen, and stores nothing
  --place TEXT   where the register has no place: the same for all
  --route ROUTE  procure or rotate, where the register has no route
  export         writes the register to standard output
  --all          closed ones too
Exit code 0: done; 1: a row was wrong, or nothing could be done.`,
  async run(args, surroundings) {
    const [verb, ...rest] = args;
    if (verb === 'import') return await runImport(rest, surroundings);
    if (verb === 'export') return await runExport(rest, surroundings);
    throw wrong(`import or export?\nUsage: ${usage}`);
  },
};

const IMPORT_OPTIONS = {
  'dry-run': { type: 'boolean', default: false },
  place: { type: 'string' },
  route: { type: 'string' },
} as const;

async function runImport(args: string[], surroundings: Surroundings): Promise<number> {
  const at = args.findIndex(
    (arg, index) => !arg.startsWith('-') && !['--place', '--route'].includes(args[index - 1] ?? ''),
  );
  const file = args[at];
  if (file === undefined) throw wrong(`a file is missing\nUsage: ${usage}`);
  const values = parseOptions(args.toSpliced(at, 1), IMPORT_OPTIONS, usage);
  const defaults = {
    ...(values.place === undefined ? {} : { place: values.place.trim() }),
    ...(values.route === undefined ? {} : { route: routeOf(values.route) }),
  };
  const text = await readFile(file, 'utf8').catch(() => {
    throw wrong(`${file} can't be read`);
  });
  const policy = await surroundings.policy();
  return await withPool(surroundings, async (pool) => {
    const plan = await planFor(pool, { text, policy, defaults, surroundings });
    if (!plan.ok) throw wrong(`${file}: ${plan.reason}`);
    return await carryOut(pool, plan.rows, { isDry: values['dry-run'] === true, policy, surroundings });
  });
}

async function planFor(
  pool: Pool,
  order: {
    text: string;
    policy: Policy;
    defaults: { place?: string; route?: ExemptionRoute };
    surroundings: Surroundings;
  },
): Promise<ImportPlan> {
  const { environment, clock } = order.surroundings;
  const zone = order.policy.business.time_zone;
  const token = environment['SLACK_BOT_TOKEN'];
  if (!token) throw wrong('SLACK_BOT_TOKEN is missing: owners are people of the workspace');
  const apiUrl = environment['SLACK_API_URL'] || 'https://slack.com/api/';
  const users = await makeSlackDirectory({ token, apiUrl, log: makeLog('silent') }).users();
  return planImport(order.text, {
    today: businessDayOf(clock.now(), zone),
    users,
    keyOf: (account) => personKeyOf(order.policy, account),
    existing: await readKnown(pool, clock.now(), zone),
    defaults: order.defaults,
  });
}

async function carryOut(
  pool: Pool,
  rows: readonly PlannedRow[],
  { isDry, policy, surroundings }: { isDry: boolean; policy: Policy; surroundings: Surroundings },
): Promise<number> {
  const { environment, clock } = surroundings;
  const right = rows.filter((row): row is PlannedAdd => row.verdict === 'add');
  process.stdout.write(rows.map((row) => `${describeRow(row)}\n`).join(''));
  const wrongRows = rows.length - right.length;
  const refused = `${wrongRows} refused`;
  if (isDry) {
    process.stdout.write(`Dry run: ${right.length} would be added, ${refused}. Nothing was stored.\n`);
    return wrongRows === 0 ? 0 : 1;
  }
  const actor = `cli:${environment['USER'] ?? 'unknown'}`;
  const order = { rows: right, actor, zone: policy.business.time_zone };
  const outcome = await importRegister(pool, clock.now(), order);
  if (!outcome.ok) throw wrong(`line ${outcome.line}: ${outcome.reason}. Nothing was stored.`);
  const names = outcome.added.map(({ number }) => `EX-${number}`).join(', ');
  process.stdout.write(`${right.length} added${names === '' ? '' : ` (${names})`}, ${refused}.\n`);
  return wrongRows === 0 ? 0 : 1;
}

function describeRow(row: PlannedRow): string {
  if (row.verdict === 'refused')
    return `line ${row.line}: refused${row.name === '' ? '' : ` ${oneLine(row.name)}`}: ${oneLine(row.reason)}`;
  const { name, place, risk, route, ownerId, deadline } = row.fields;
  const said = `line ${row.line}: add ${oneLine(name)} in ${oneLine(place)}, ${risk}, ${route}, owner ${ownerId}, until ${deadline}`;
  return [said, ...row.warnings.map((warning) => `; ${oneLine(warning)}`)].join('');
}

/** A terminal obeys control characters; a file from elsewhere may hold some. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}

async function runExport(args: string[], surroundings: Surroundings): Promise<number> {
  const { all } = parseOptions(args, { all: { type: 'boolean', default: false } }, usage);
  const zone = (await surroundings.policy()).business.time_zone;
  const now = surroundings.clock.now();
  const text = await withPool(surroundings, (pool) => exportRegister(pool, { now, zone, all: all === true }));
  process.stdout.write(text);
  return 0;
}

async function withPool<T>({ environment }: Surroundings, work: (pool: Pool) => Promise<T>): Promise<T> {
  const config = parseDatabaseConfig(environment);
  const log = makeLog(config.LOG_LEVEL);
  const pool = makePool(config.DATABASE_URL, { max: 2, applicationName: 'mutabik exemptions', log });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

function routeOf(word: string): ExemptionRoute {
  const route = ROUTES.find((each) => each === word);
  if (route === undefined) throw wrong(`--route: ${word} is neither procure nor rotate`);
  return route;
}

function wrong(message: string): AppError {
  return new AppError('config_invalid', message, { retryable: false });
}
