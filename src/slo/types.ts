import type { Locale } from '../texts.ts';

/** The kinds of card that show service levels. */
export const BURN_CARD = 'slo_burn';
export const REPORT_CARD = 'slo_report';
export const SHARE_CARD = 'slo_share';
export const RISK_CARD = 'slo_risk';
export const SLO_CHANNEL = 'slo';

/** What is counted; text keys `slo.unit.<word>`. */
export const UNITS = ['requests', 'webhooks', 'payouts', 'events'] as const;
export type Unit = (typeof UNITS)[number];

/** How fast a budget may burn before somebody is told. Domain section 2; sre.google/workbook/alerting-on-slos */
export interface Tier {
  /** As its AlertCondition is called, for instance page-fast. */
  name: string;
  level: 'page' | 'ticket';
  /** Burn rate that both windows must exceed. */
  threshold: number;
  longMinutes: number;
  shortMinutes: number;
  /** Bad events in the long window, at least. */
  minBad: number;
}

/** Where good and valid events come from. */
export type Indicator =
  /** Payouts by the time they were asked for: good is paid within so many hours. Domain section 2. */
  | { source: 'payouts'; withinHours: number }
  /** Rows of finance.sli_minutes with this name. */
  | { source: 'sli_minutes'; sli: string }
  | PrometheusIndicator;

export interface PrometheusIndicator {
  source: 'prometheus';
  /** PromQL; of good or of bad events one is given. */
  good: string | null;
  bad: string | null;
  total: string;
  /** The queries are counters' sums: they are wrapped into increase over a minute. */
  counter: boolean;
  /** Is the target up? 0: it is down, and what is not counted then is bad. */
  up: string | null;
  /** Shown beside the share, such as the p95 in seconds. */
  value: string | null;
  /** Bad events by one label. */
  contributors: string | null;
}

/** One promise, as its files define it. Names are OpenSLO's (openslo.com, v1). */
export interface Slo {
  /** As people type it: payout. */
  name: string;
  title: Readonly<Record<Locale, string>>;
  description: string;
  service: string;
  /** Share of valid events that are to be good; above 0, below 1. */
  target: number;
  /** Rolling. */
  windowDays: number;
  unit: Unit;
  indicator: Indicator;
  /** Fastest first; without those that its ceiling makes useless. */
  tiers: readonly Tier[];
  /** Where to look on; null: nobody said. */
  dashboard: string | null;
}

/** All promises of this installation, in the order of their names. */
export interface Slos {
  all: readonly Slo[];
  /** sha256 of what the files say; kept with every report. */
  hash: string;
}

/** When events count: when they were asked for, or when they became good or bad. They differ for payouts. */
export type Basis = 'event' | 'decided';

export interface Sums {
  good: number;
  valid: number;
  /** Minutes that are there: fewer than the window has where there are gaps. */
  minutes: number;
}

/** One row of slo_sources. */
export interface SourceState {
  collectedUntil: Date | null;
  judgedUntil: Date | null;
  answeredAt: Date | null;
  silentSince: Date | null;
  error: string;
  value: number | null;
}

/** One thing that happened to an episode; text key `slo.history.<what>`. */
export interface EpisodeEvent {
  /** ISO 8601. */
  at: string;
  what: 'opened' | 'worsened' | 'eased' | 'reopened' | 'recovered';
  tier: string;
}

/** One row of slo_episodes. */
export interface Episode {
  id: string;
  number: number;
  slo: string;
  state: 'burning' | 'recovered';
  tier: string;
  worstTier: string;
  level: Tier['level'];
  openedAt: Date;
  changedAt: Date;
  recoveredAt: Date | null;
  peakBurn: number;
  bad: number;
  acknowledgedBy: string | null;
  acknowledgedAt: Date | null;
  history: EpisodeEvent[];
}

/** One row of slo_windows: a stretch of time left out of the count, or asked to be. */
export interface LeftOut {
  id: string;
  number: number;
  slo: string;
  fromAt: Date;
  toAt: Date;
  cause: 'maintenance' | 'bad_data';
  note: string;
  createdBy: string;
  createdKey: string;
  createdAt: Date;
  state: 'asked' | 'left_out' | 'put_back';
  overrideId: string | null;
  decidedAt: Date | null;
  backOverrideId: string | null;
  backAt: Date | null;
}

/** What people call a stretch that is left out. */
export function nameOfWindow({ number }: Pick<LeftOut, 'number'>): string {
  return `LO-${number}`;
}

/** A burn rate's windows as every answer shows them, in minutes. */
export const BURN_WINDOWS = { hour: 60, quarter: 360, days: 4_320 } as const;
