import type { ActionFigures } from '../actions/figures.ts';
import type { Health } from './models.ts';
import type { Episode, Indicator, LeftOut, Slo } from './types.ts';

/** Where actions of the weekly report belong. */
export const REPORT_SERIES = 'slo';
/** Weeks of the trend, the reported one included. */
export const TREND_WEEKS = 12;

/** Good and valid events, and the minutes that have some. */
export type Counts = [good: number, valid: number, minutes: number];

/** What one promise's part is made from. Instants are ISO 8601, as all that is kept as JSON. */
export interface PromiseInputs {
  slo: Pick<Slo, 'name' | 'title' | 'target' | 'windowDays' | 'unit'>;
  source: Indicator['source'];
  /** By when events happened, payouts by when they were asked for. */
  week: Counts;
  /** The promise's window that ends with the week. */
  window: Counts;
  /** By when events became bad; payouts late in the week, whenever they were asked for. */
  decided: Counts;
  days: { day: string; counts: Counts }[];
  /** Hours from the beginning of the week on; the last is shorter where clocks change by less than one. */
  hours: Counts[];
  /** Up to twelve weeks, the reported one last. */
  weeks: { week: string; counts: Counts }[];
  /** Burn rates at the end of the week: [good, valid, minutes] over 1 h, 6 h and 3 d. */
  burn: { hour: Counts; quarter: Counts; days: Counts };
  contributors: { name: string; bad: number }[];
  /** Minutes without data that are not left out; the longest stretches of them. */
  gapMinutes: number;
  gaps: { from: string; to: string }[];
  leftOutMinutes: number;
  /** What was asked for from here on was not decided when this was read; null: all is. */
  undecidedFrom: string | null;
  /** Since when its source was silent when this was read. */
  silentSince: string | null;
}

/** A burn of the week, as it stood when the report was made. */
type ReportedEpisode = Pick<
  Episode,
  'number' | 'slo' | 'worstTier' | 'level' | 'peakBurn' | 'bad' | 'acknowledgedBy'
> & { openedAt: string; recoveredAt: string | null };

/** A stretch that is left out, or was and is counted again. The words of people stay with its request. */
export type Correction = Pick<LeftOut, 'number' | 'slo' | 'cause' | 'createdBy'> & {
  state: 'left_out' | 'put_back';
  fromAt: string;
  toAt: string;
  decidedAt: string;
  /** Slack ids, in the order of their votes. */
  approvedBy: string[];
  backAt: string | null;
  backApprovedBy: string[];
};

/** An action that was open when the report was made. */
export interface ReportedAction {
  name: string;
  what: string;
  ownerId: string | null;
  ownerLeft: boolean;
  dueOn: string | null;
}

/** Everything that a weekly report is made from; kept, so that it can be made again. */
export interface ReportInputs {
  week: string;
  zone: string;
  from: string;
  to: string;
  /** When it was due; null: nobody scheduled it. */
  dueAt: string | null;
  madeAt: string;
  /** The policy's `at_risk_below` of that day. */
  atRiskBelow: number;
  promises: PromiseInputs[];
  episodes: ReportedEpisode[];
  breaches: { slo: string; beganAt: string; endedAt: string | null }[];
  corrections: Correction[];
  /** Webhooks whose signature was wrong, of all; null: not known. */
  webhooks: { refused: number; all: number } | null;
  actions: { figures: ActionFigures; open: ReportedAction[]; more: number };
}

/** One promise as the report shows it. Shares are 0 to 1; null wherever nothing can be said. */
export interface PromiseFigures {
  slo: PromiseInputs['slo'];
  /** Of its window, at the end of the week. */
  health: Health;
  /** Share of good events of the week, rounded down to a thousandth of a percent: 1 means no bad event. */
  value: number | null;
  valid: number;
  bad: number;
  /** Of the week before, and the difference. */
  lastValue: number | null;
  change: number | null;
  windowValue: number | null;
  budgetLeft: number | null;
  /** Share of the window's budget that this week's bad events took. */
  spent: number | null;
  burn: { hour: number | null; quarter: number | null; days: number | null };
  days: { day: string; value: number | null; bad: number }[];
  /** The hour with the most bad events, the first of them; null: there was none. */
  worstHour: { from: string; bad: number; valid: number; value: number } | null;
  /** Bad events as a share of those that the target allows, a week each, oldest first. */
  trend: { week: string; monday: string; value: number | null; used: number | null }[];
  contributors: { name: string; bad: number; share: number }[];
  gapMinutes: number;
  gaps: { from: string; to: string }[];
  leftOutMinutes: number;
  undecidedFrom: string | null;
  silentSince: string | null;
  /** Payouts that became late in the week, whenever they were asked for; null: it is not about payouts, or none was decided. */
  late: number | null;
}

/** The weekly report in numbers; the same inputs give the same figures. */
export interface ReportFigures {
  week: string;
  zone: string;
  from: string;
  to: string;
  hours: number;
  dueAt: string | null;
  madeAt: string;
  /** The business day of that, YYYY-MM-DD. */
  madeOn: string;
  /** It was made so long after it was due that somebody may have waited. */
  isLate: boolean;
  actions: ReportInputs['actions'];
  promises: PromiseFigures[];
  episodes: ReportedEpisode[];
  breaches: ReportInputs['breaches'];
  corrections: Correction[];
  webhooks: { refused: number; all: number; share: number } | null;
}

/** One row of slo_reports. */
export interface StoredReport {
  id: string;
  week: string;
  madeAt: Date;
  inputs: ReportInputs;
  policyHash: string;
  definitionsHash: string;
}
