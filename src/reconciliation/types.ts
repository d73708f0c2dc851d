import type { RunId } from '../ids.ts';
import type { PayoutLine } from '../findings/deps.ts';
import type { Finding, RiskClass } from '../findings/types.ts';

export const TRANSACTION_KINDS = [
  'deposit',
  'withdrawal',
  'refund',
  'chargeback',
  'bonus',
  'adjustment',
] as const;
export type TransactionKind = (typeof TRANSACTION_KINDS)[number];

export type RunState = 'scanning' | 'confirming' | 'complete' | 'partial' | 'failed';

/** Money of many findings: per currency, and together in the reporting currency as far as rates are known. */
export interface AtRisk {
  perCurrency: { currency: string; amountMinor: bigint }[];
  reportingMinor: bigint;
  /** Findings with an amount but without a rate: not in reportingMinor. */
  withoutRate: number;
}

export interface ClassTotals extends AtRisk {
  count: number;
}

/** Created transactions of the business day before the label, and of the day before that. */
export interface Volume {
  kind: TransactionKind;
  currency: string;
  count: number;
  countBefore: number;
  amountMinor: bigint;
  amountMinorBefore: bigint;
}

/** What a run adds up to. All numbers are of the run's own rows (run_findings) and sum exactly. */
export interface RunTotals {
  /** The business day the volume speaks of, YYYY-MM-DD. */
  volumeDay: string;
  volume: Volume[];
  /** The day's volume in the reporting currency, as far as rates are known. */
  volumeReportingMinor?: bigint;
  /** Open findings that do not belong to the opening balance. */
  classes: Record<RiskClass, ClassTotals>;
  opening: ClassTotals;
  appearances: { new: number; carried: number; reopened: number; resolved: number };
  /** Accounts: scanned = clean + drifted + unknown + skipped, or the run fails. */
  accounts: { scanned: number; clean: number; drifted: number; unknown: number; skipped: number };
  durationMs: number;
}

/** Everything the digest shows; loaded from rows, rendered by blocks/reconciliation.ts. */
export interface DigestModel {
  run: {
    id: RunId;
    kind: 'daily' | 'full';
    trigger: 'schedule' | 'manual';
    state: RunState;
    /** The business day the digest is for, YYYY-MM-DD. */
    label: string;
    windowFrom: Date | null;
    windowTo: Date;
    observedAt: Date | null;
    settledAt: Date | null;
    /** What went wrong, for failed and partial runs: a word of RUN_PROBLEMS, or of another version's. */
    error: string | null;
  };
  timeZone: string;
  reportingCurrency: string;
  /** Null while the run has not got that far, or failed. */
  totals: RunTotals | null;
  rulesNotRun: { rule: string; reason: string }[];
  /** The worst eight: class, then amount in the reporting currency, then age. Opening balance left out. */
  worst: DigestFinding[];
  /** Findings not among the worst. */
  more: number;
  auditHead: string | null;
  /** What people have done since about what it shows open, opening balance left out; null while there is nothing to do. */
  progress: Progress | null;
}

/** How far people are with what a run saw, as things are now. */
export interface Progress {
  total: number;
  closed: number;
  accepted: number;
  /** Open, and somebody has it. */
  assigned: number;
}

/** The card of a full scan: a digest of R01, R06 and R07 over every account, and how far it is. */
export interface FullScanModel extends DigestModel {
  scan: {
    /** Wallets there were when it began; null before its first page. */
    expected: number | null;
    scanned: number;
    pages: number;
    /** Accounts that wait for their second look. */
    suspects: number;
    /** From its start to its end, or to the newest page while it runs; null before that. */
    tookMs: number | null;
    /** A daily run is under way, and goes first. */
    waits: boolean;
  };
}

/** The card of the opening balance: a digest of it alone, and who takes it over. */
export interface OpeningModel extends DigestModel {
  adoption: {
    /** Open findings that nobody has adopted. */
    waiting: number;
    /** Names the set that waits; null when none does. */
    set: string | null;
    /** The first vote, if it speaks of all that waits. */
    first: { by: string; at: Date } | null;
    last: { count: number; by: [string, string]; at: Date } | null;
  };
}

export type DigestFinding = Pick<
  Finding,
  | 'id'
  | 'rule'
  | 'tenantId'
  | 'subject'
  | 'accountId'
  | 'provider'
  | 'currency'
  | 'amountMinor'
  | 'amountReportingMinor'
  | 'class'
  | 'action'
  | 'evidence'
  | 'occurredAt'
  | 'firstSeenAt'
  | 'state'
  | 'owner'
  | 'acceptedUntil'
> & {
  /** Who closed it by hand, as an actor, and why; null while it is open, and where a run resolved it. */
  closed: { by: string; at: Date; reason: string } | null;
  appearance: 'new' | 'carried' | 'reopened' | 'resolved';
  /** Findings of the same cause that this line also stands for. */
  grouped: { id: string; rule: string }[];
  /** Where its payout stands, and whether anything about it may be pressed; null for everything else. */
  payout: (PayoutLine & { canPress: boolean }) | null;
};
