import type { Episode, LeftOut, Slo, Sums } from './types.ts';

/** met: in its budget. at_risk: it burns, or little is left. broken: the budget is spent. no_data: nobody can say. */
export type Health = 'met' | 'at_risk' | 'broken' | 'no_data';

/** Why nobody can say; text key `slo.no_data.<word>`. */
export type NoData = 'never_read' | 'source_silent' | 'no_traffic';

/** How one promise stands at one moment. All shares are 0 to 1; null wherever nothing can be said. */
export interface Standing {
  slo: Pick<Slo, 'name' | 'title' | 'target' | 'windowDays' | 'unit' | 'dashboard'>;
  health: Health;
  noData: NoData | null;
  /** The window that was asked for, in days; the promise's own unless told. */
  days: number;
  /** Share of good events in the window. */
  value: number | null;
  sums: Sums;
  /** Share of the budget that is left; negative once it is overspent. */
  budgetLeft: number | null;
  /** Of a total outage, while that much is left; null for payouts. */
  minutesLeft: number | null;
  /** Events that may still be bad. */
  eventsLeft: number | null;
  /** Burn rates over 1 h, 6 h and 3 d. */
  burn: { hour: number | null; quarter: number | null; days: number | null };
  /** When the budget is spent at the faster of the 6 h and 3 d rates; null: not at this rate. */
  exhaustedAt: Date | null;
  /** The end of the newest minute that is known. */
  dataUntil: Date | null;
  /** Since when the source is silent. */
  silentSince: Date | null;
  sourceError: string;
  /** Shown beside the share, such as the p95 in seconds. */
  shown: number | null;
  /** Most bad events first, five at most. */
  contributors: { name: string; bad: number; share: number }[];
  episode: Episode | null;
  leftOut: LeftOut[];
  /** Share of good events of each part of the window, oldest first, twelve at most; null: no data. */
  trend: { from: Date; value: number | null }[];
}
