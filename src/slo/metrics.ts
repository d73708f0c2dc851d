import { Gauge, type Registry } from 'prom-client';
import { describeError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import type { Standing } from './models.ts';

/** Counting a window takes its time, and several may scrape. */
const KEPT_MS = 30_000;

/** One gauge: what it says of a promise, by its window where it has some. Null: nothing can be said. */
interface SloGauge {
  name: string;
  help: string;
  hasWindow: boolean;
  read: (standing: Standing, now: Date) => readonly { window?: string; value: number | null }[];
}

const known = (standing: Standing, value: number | null) => (standing.noData === null ? value : null);

const GAUGES: readonly SloGauge[] = [
  {
    name: 'mutabik_slo_ratio',
    help: 'Share of good events in the window of the promise, 0 to 1; missing while nobody can say.',
    hasWindow: true,
    read: (standing) => [{ window: `${standing.days}d`, value: known(standing, standing.value) }],
  },
  {
    name: 'mutabik_slo_target_ratio',
    help: 'Share of events that are promised to be good, 0 to 1.',
    hasWindow: false,
    read: ({ slo }) => [{ value: slo.target }],
  },
  {
    name: 'mutabik_slo_budget_left_ratio',
    help: 'Share of the error budget that is left, negative once it is overspent; missing while nobody can say.',
    hasWindow: false,
    read: (standing) => [{ value: known(standing, standing.budgetLeft) }],
  },
  {
    name: 'mutabik_slo_burn_rate',
    help: 'How many times faster than allowed the budget burns, by window; missing while nobody can say.',
    hasWindow: true,
    read: (standing) => [
      { window: '1h', value: known(standing, standing.burn.hour) },
      { window: '6h', value: known(standing, standing.burn.quarter) },
      { window: '3d', value: known(standing, standing.burn.days) },
    ],
  },
  {
    name: 'mutabik_slo_data_age_seconds',
    help: 'Age of the newest minute that is known.',
    hasWindow: false,
    read: ({ dataUntil }, now) => [
      { value: dataUntil === null ? null : (now.getTime() - dataUntil.getTime()) / 1_000 },
    ],
  },
];

/**
 * Adds the gauges of service levels to the app's registry. They are read when somebody scrapes, kept for 30 s of `clock`,
 * and missing where nobody can say, or where reading failed: a scrape never fails for them.
 */
export function registerSloGauges(
  registry: Registry,
  read: () => Promise<readonly Standing[]>,
  { clock, log }: { clock: Clock; log: Log },
): void {
  const current = keep(read, clock);
  for (const { name, help, hasWindow, read: readGauge } of GAUGES) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: hasWindow ? ['slo', 'window'] : ['slo'],
      registers: [registry],
      async collect() {
        const standings = await current().catch((error: unknown) => {
          log.warn(
            { gauge: name, what: describeError(error) },
            'service levels could not be read for metrics',
          );
          return [];
        });
        gauge.reset();
        const now = clock.now();
        for (const standing of standings)
          for (const { window, value } of readGauge(standing, now))
            if (value !== null)
              gauge.set({ slo: standing.slo.name, ...(window === undefined ? {} : { window }) }, value);
      },
    });
  }
}

/** One reading for all that ask within the time; one that failed is not kept. */
function keep<T>(read: () => Promise<T>, clock: Clock): () => Promise<T> {
  let kept: { atMs: number; value: Promise<T> } | null = null;
  return async () => {
    const nowMs = clock.now().getTime();
    // A clock that was set back makes nothing younger.
    if (kept !== null && nowMs >= kept.atMs && nowMs - kept.atMs < KEPT_MS) return await kept.value;
    const mine = { atMs: nowMs, value: read() };
    kept = mine;
    try {
      return await mine.value;
    } catch (error) {
      if (kept === mine) kept = null;
      throw error;
    }
  };
}
