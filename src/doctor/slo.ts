import type { Prometheus } from '../adapters/prometheus.ts';
import type { Pool } from '../database/pool.ts';
import { AppError, describeError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { askFinance } from '../slo/ask-finance.ts';
import { contributorsQuery, fillWindow } from '../slo/prometheus-query.ts';
import type { PrometheusIndicator, Slos } from '../slo/types.ts';
import { wholeMinute } from '../slo/stretch.ts';
import { ok, problem, warning, type Diagnosis } from './types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface SloSurroundings {
  /** The definitions of policy.slo.folder; throws config_invalid. */
  readSlos: () => Slos;
  finance: Pool;
  /** Null: PROMETHEUS_URL is not set. */
  prometheus: Prometheus | null;
  clock: Clock;
}

/**
 * Service levels: are the definitions right, does Prometheus answer every query of theirs with data, and does somebody
 * write the rows of sli_minutes that they name. Asks, and changes nothing.
 */
export async function diagnoseSlo({
  readSlos,
  finance,
  prometheus,
  clock,
}: SloSurroundings): Promise<Diagnosis[]> {
  let slos: Slos;
  try {
    slos = readSlos();
  } catch (error) {
    return [problem('slo', describeError(error))];
  }
  const now = clock.now();
  return [
    ok('slo', `${slos.all.length} defined: ${slos.all.map(({ name }) => name).join(', ')}`),
    ...(await diagnosePrometheus(slos, prometheus, now)),
    ...(await diagnoseMinutes(slos, finance, now)),
  ];
}

async function diagnosePrometheus(
  { all }: Slos,
  prometheus: Prometheus | null,
  now: Date,
): Promise<Diagnosis[]> {
  const measured = all.flatMap(({ name, indicator }) =>
    indicator.source === 'prometheus' ? [{ name, indicator }] : [],
  );
  if (measured.length === 0) return [];
  if (prometheus === null)
    return [
      problem(
        'slo',
        `${measured.map(({ name }) => name).join(', ')}: measured by Prometheus, and PROMETHEUS_URL is not set`,
      ),
    ];
  try {
    await prometheus.instant('1', now);
  } catch (error) {
    return [
      problem('slo', `${describeError(error)}\nlook at PROMETHEUS_URL and its login (docs/prometheus.md)`),
    ];
  }
  const told = await Promise.all(
    measured.map(async (each) => await askQueries(prometheus, each, wholeMinute(now))),
  );
  return [ok('slo', 'Prometheus answers'), ...told.flat()];
}

async function askQueries(
  prometheus: Prometheus,
  { name, indicator }: { name: string; indicator: PrometheusIndicator },
  at: Date,
): Promise<Diagnosis[]> {
  const told = await Promise.all(
    queriesOf(indicator).map(async (query) => await askQuery(prometheus, name, query, at)),
  );
  const wrong = told.flat();
  return wrong.length > 0 ? wrong : [ok('slo', `${name}: every query has data`)];
}

interface Asked {
  field: string;
  promql: string;
  /** How many series it may give: contributors give any number, none included. */
  isOne: boolean;
}

function queriesOf({ good, bad, total, up, value, contributors }: PrometheusIndicator): Asked[] {
  const single = Object.entries({ good, bad, total, up, value }).flatMap(([field, query]) =>
    query === null ? [] : [{ field, promql: fillWindow(query), isOne: true }],
  );
  if (contributors === null) return single;
  return [...single, { field: 'contributors', promql: contributorsQuery(contributors), isOne: false }];
}

async function askQuery(
  prometheus: Prometheus,
  name: string,
  { field, promql, isOne }: Asked,
  at: Date,
): Promise<Diagnosis[]> {
  try {
    const { series, warnings, infos } = await prometheus.instant(promql, at);
    const notes = [...warnings, ...infos].map((words) => warning('slo', `${name}: ${field}: ${words}`));
    if (!isOne) return notes;
    if (series.length > 1)
      return [...notes, problem('slo', `${name}: ${field} gives ${series.length} series, and not one`)];
    const number = series[0]?.points[0]?.value;
    if (number === undefined) return [...notes, problem('slo', `${name}: ${field} has no data: ${promql}`)];
    if (Number.isFinite(number)) return notes;
    return [...notes, warning('slo', `${name}: ${field} is ${number} now; without traffic that is right`)];
  } catch (error) {
    const isRefused = error instanceof AppError && error.code === 'sli_refused';
    return [(isRefused ? problem : warning)('slo', `${name}: ${field}: ${describeError(error)}`)];
  }
}

async function hasMinutes(finance: Pool): Promise<boolean> {
  const { rows } = await finance.query<{ there: boolean }>(
    `select to_regclass('sli_minutes') is not null as there`,
  );
  return rows[0]?.there === true;
}

async function diagnoseMinutes({ all }: Slos, finance: Pool, now: Date): Promise<Diagnosis[]> {
  const named = all.flatMap(({ name, indicator }) =>
    indicator.source === 'sli_minutes' ? [{ name, sli: indicator.sli }] : [],
  );
  if (named.length === 0) return [];
  let newest: Map<string, Date>;
  try {
    // The view is optional, and whoever has none of it knows.
    if (!(await hasMinutes(finance)))
      return [
        ok(
          'slo',
          `${named.map(({ name }) => name).join(', ')}: NO DATA as long as sli_minutes is absent, or the definitions name Prometheus (docs/prometheus.md)`,
        ),
      ];
    newest = await readNewest(finance, named, now);
  } catch (error) {
    return [problem('slo', `sli_minutes can't be read: ${describeError(error)}`)];
  }
  return named.map(({ name, sli }) => {
    const minute = newest.get(sli);
    if (minute === undefined)
      return problem('slo', `${name}: sli_minutes has no row named ${sli} of the last hour`);
    const age = Math.max(0, Math.round((now.getTime() - minute.getTime()) / MINUTE_MS));
    return ok('slo', `${name}: the newest minute of ${sli} is ${age} min old`);
  });
}

async function readNewest(
  finance: Pool,
  named: readonly { sli: string }[],
  now: Date,
): Promise<Map<string, Date>> {
  return await askFinance(finance, async (client) => {
    const { rows } = await client.query<{ sli: string; newest: Date }>(
      `select sli, max(minute) as newest from sli_minutes
        where sli = any ($1) and minute > $2 and minute <= $3 group by sli`,
      [named.map(({ sli }) => sli), new Date(now.getTime() - HOUR_MS), now],
    );
    return new Map(rows.map(({ sli, newest }) => [sli, newest]));
  });
}
