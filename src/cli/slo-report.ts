import { parseDatabaseConfig } from '../config.ts';
import { makePool, withReadSnapshot } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import { makeLog } from '../log.ts';
import type { Policy } from '../policy.ts';
import { readSlos } from '../slo/read-slos.ts';
import { reportFigures } from '../slo/report-figures.ts';
import { gatherReport } from '../slo/report-inputs.ts';
import { renderReportMarkdown, type ReportOrigin } from '../slo/report-markdown.ts';
import { readReportOf } from '../slo/report-store.ts';
import type { ReportInputs } from '../slo/report-types.ts';
import { mondayOf, shiftWeek, weekOf } from '../slo/week.ts';
import { LOCALES, type Locale } from '../texts.ts';
import { parseOptions, type Command, type Surroundings } from './arguments.ts';

const usage = 'mutabik slo report [--week 2026-W03] [--locale en|tr] [--json]';

export const sloReportCommand: Command = {
  name: 'slo report',
  summary: 'prints the weekly report of service levels, made again from what it was made from',
  usage,
  help: `Needs DATABASE_URL and the policy. A report that was made is made again from its stored inputs: byte for byte the
file in its thread, whatever has changed since. A week without one is computed from the minutes that are kept, and says so.
  --week WEEK    an ISO 8601 week that is over; the last one unless told
  --locale LANG  en or tr; the language of the channel unless told
  --json         for programs: figures, inputs, and whether it is stored
Exit code 0: printed; 1: it could not be.`,
  async run(args, surroundings) {
    const values = parseOptions(
      args,
      {
        week: { type: 'string' },
        locale: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      usage,
    );
    const policy = await surroundings.policy();
    const last = shiftWeek(weekOf(surroundings.clock.now(), policy.business.time_zone), -1);
    const week = weekFrom(values.week ?? last, last);
    const locale = localeFrom(values.locale ?? policy.channels.slo.locale);
    const report = await readOrCompute(surroundings, policy, week);
    process.stdout.write(values.json === true ? asJson(report) : asMarkdown(report, locale));
    return 0;
  },
};

interface Report {
  inputs: ReportInputs;
  origin: ReportOrigin;
}

/** What it was made from; computed now where no report was made. */
async function readOrCompute(
  { environment, clock }: Surroundings,
  policy: Policy,
  week: string,
): Promise<Report> {
  const config = parseDatabaseConfig(environment);
  const log = makeLog(config.LOG_LEVEL);
  const pool = makePool(config.DATABASE_URL, { max: 1, applicationName: 'mutabik slo', log });
  try {
    return await withReadSnapshot(pool, async (db) => {
      const stored = await readReportOf(db, week);
      if (stored !== null) return { inputs: stored.inputs, origin: stored };
      const slos = readSlos(policy.slo.folder);
      const order = { week, dueAt: null, id: '', webhooks: null };
      return { inputs: await gatherReport(db, { policy, slos }, clock.now(), order), origin: null };
    });
  } finally {
    await pool.end();
  }
}

function asMarkdown({ inputs, origin }: Report, locale: Locale): string {
  return renderReportMarkdown(reportFigures(inputs), locale, origin);
}

function asJson({ inputs, origin }: Report): string {
  const report = {
    stored: origin !== null,
    policyHash: origin?.policyHash ?? null,
    definitionsHash: origin?.definitionsHash ?? null,
    figures: reportFigures(inputs),
    inputs,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function weekFrom(week: string, last: string): string {
  if (mondayOf(week) === null) throw wrong(`--week: ${week} is not a week such as 2026-W03`);
  if (week > last) throw wrong(`--week: ${week} is not over yet; the last one is ${last}`);
  return week;
}

function localeFrom(text: string): Locale {
  const locale = LOCALES.find((each) => each === text);
  if (locale === undefined) throw wrong(`--locale: ${text} is neither ${LOCALES.join(' nor ')}`);
  return locale;
}

function wrong(message: string): AppError {
  return new AppError('config_invalid', message, { retryable: false });
}
