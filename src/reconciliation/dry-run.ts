import type { Pool, Queryable } from '../database/pool.ts';
import { compareClass } from '../findings/rules.ts';
import type { Observation } from '../findings/types.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import { NOTHING_KNOWN } from '../operations/retry-facts.ts';
import { businessDayOf, dayBounds } from '../business-day.ts';
import { NOTHING_OPEN, readOpenSubjects } from './open-subjects.ts';
import { readKnown } from './read-known.ts';
import { observeR30, sumByCause } from './rules/r30-many-breaks.ts';
import { scanFinance } from './scan.ts';
import type { AccountCounts } from './scan-accounts.ts';
import type { Volume } from './types.ts';
import { volumeDayOf } from './volume.ts';

export interface DryRun {
  /** The business day asked for, YYYY-MM-DD. */
  date: string;
  /** A day in the past: only what depends on the window alone was run, since views hold no past states. */
  past: boolean;
  observedAt: Date;
  window: { from: Date | null; to: Date };
  accounts: AccountCounts;
  volume: Volume[];
  /** Worst first. R01 is unconfirmed: a dry run does not wait for the second look. */
  breaks: (Observation & { confirmed: boolean })[];
  notRun: { rule: string; reason: string }[];
  partial: boolean;
  durationMs: number;
}

export interface DryRunInput {
  finance: Pool;
  /** Our own database, for the last window, open findings and provider answers; null: everything is looked at. */
  ours: Queryable | null;
  policy: Policy;
  now: Date;
  /** YYYY-MM-DD; today or later is a run of now. */
  date: string;
  log: Log;
  onProgress?: (progress: { rule: string; accounts: number }) => void;
}

/** Reconciles without storing anything: `mutabik recon --date 2026-01-14 --dry-run`. Throws finance faults. */
export async function dryRun(input: DryRunInput): Promise<DryRun> {
  const { policy, now, date, ours } = input;
  const zone = policy.business.time_zone;
  const past = date < businessDayOf(now, zone);
  const day = dayBounds(date, zone);
  const from = past ? day.from : await readWindowStart(ours);
  const began = performance.now();
  const scan = await scanFinance(input.finance, {
    policy,
    observedAt: now,
    volumeDay: past ? date : volumeDayOf(date),
    window: { from, to: past ? day.to : null },
    open: past || ours === null ? NOTHING_OPEN : await readOpenSubjects(ours, from),
    known: ours === null ? NOTHING_KNOWN : await readKnown(ours, now),
    pastDate: past,
    log: input.log,
    ...(input.onProgress === undefined ? {} : { onProgress: input.onProgress }),
  });
  const breaks = [
    ...scan.drifts.map((seen) => ({ ...seen, confirmed: false })),
    ...scan.observations.map((seen) => ({ ...seen, confirmed: true })),
  ];
  const many = past
    ? null
    : observeR30(sumByCause(breaks), scan.volumeReportingMinor, { policy, observedAt: now });
  if (many !== null) breaks.push({ ...many, confirmed: scan.drifts.length === 0 });
  return {
    date,
    past,
    observedAt: now,
    window: { from, to: past ? day.to : now },
    accounts: scan.accounts,
    volume: scan.volume,
    breaks: breaks.toSorted(worstFirst),
    notRun: [...scan.notRun]
      .map(([rule, reason]) => ({ rule, reason }))
      .toSorted((a, b) => (a.rule < b.rule ? -1 : 1)),
    partial: scan.partial,
    durationMs: Math.round(performance.now() - began),
  };
}

/** The dry run as JSON for programs; amounts are strings in minor units. */
export function dryRunJson(run: DryRun): string {
  return JSON.stringify(
    run,
    (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    2,
  );
}

async function readWindowStart(ours: Queryable | null): Promise<Date | null> {
  if (ours === null) return null;
  const { rows } = await ours.query<{ at: Date | null }>(
    `select max(window_to) as at from runs where kind = 'daily' and state = 'complete'`,
  );
  return rows[0]?.at ?? null;
}

function worstFirst(a: Observation, b: Observation): number {
  const byClass = compareClass(b.class, a.class);
  if (byClass !== 0) return byClass;
  const amount = (seen: Observation) => seen.amountReportingMinor ?? -1n;
  if (amount(a) !== amount(b)) return amount(a) > amount(b) ? -1 : 1;
  return a.occurredAt.getTime() - b.occurredAt.getTime();
}
