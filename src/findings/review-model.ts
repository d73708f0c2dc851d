import type { Queryable } from '../database/pool.ts';
import type { Act, Change } from './act-types.ts';
import type { EscalationLine, OverrideLine, PayoutLine } from './deps.ts';
import type { Finding, FindingState, RiskClass } from './types.ts';

/** A finding with who closed it. */
export type ReviewedFinding = Finding & {
  closedBy: string | null;
  closedReason: string | null;
  closedAt: Date | null;
  confirmedAt: Date | null;
  adoptedAt: Date | null;
};

export interface HistoryLine {
  at: Date;
  change: Change;
  actor: string;
  rule: string;
  class: RiskClass;
  amountMinor: bigint | null;
  note: string | null;
  reason: string | null;
  until: Date | null;
}

/** Everything Review shows of one finding to one person. */
export interface ReviewModel {
  finding: ReviewedFinding;
  timeZone: string;
  reportingCurrency: string;
  now: Date;
  tenantName: string | null;
  /** When the newest run that saw it looked. */
  seenAt: Date;
  companions: { id: string; rule: string; class: RiskClass; state: FindingState }[];
  /** Newest first. */
  history: HistoryLine[];
  /** Rows of history that are not shown. */
  earlier: number;
  /** Others who opened Review within five minutes: Slack ids. */
  viewers: string[];
  proposal: { by: string; at: Date; until: Date; reason: string } | null;
  /** The viewer may undo the newest change, until then. */
  undo: { seq: number; change: Change; until: Date } | null;
  escalation: EscalationLine | null;
  /** The viewer may start an escalation. */
  canEscalate: boolean;
  /** Where its payout stands, and what the viewer may press about it; null for findings of other families. */
  payout: {
    line: PayoutLine;
    /** To its alert. */
    link: string | null;
    mayRetry: boolean;
    mayRecheck: boolean;
  } | null;
  /** What is done by hand about its payment: the newest request, and whether the viewer may ask for one now. */
  byHand: { line: OverrideLine | null; link: string | null; mayAsk: boolean };
  /** What the viewer may do, the suggested first; empty for those who may only look. */
  acts: Act[];
  /** Suggested and last day of an acceptance, YYYY-MM-DD. */
  days: { suggested: string; last: string };
  /** Longest note, in code points. */
  noteLimit: number;
  /** askedHash of what is shown. */
  asked: string;
}

/** The newest rows of a finding's history, and how many there are. */
export async function readHistory(
  db: Queryable,
  findingId: string,
  limit: number,
): Promise<{ lines: HistoryLine[]; count: number }> {
  const { rows } = await db.query<
    Omit<HistoryLine, 'amountMinor'> & { amount_minor: string | null; total: number }
  >(
    `select at, change, actor, rule, class, amount_minor, note, reason, until, count(*) over ()::int as total
       from finding_history where finding_id = $1 order by seq desc limit $2`,
    [findingId, limit],
  );
  const lines = rows.map(({ amount_minor: minor, total: _total, ...line }) => ({
    ...line,
    amountMinor: minor === null ? null : BigInt(minor),
  }));
  return { lines, count: rows[0]?.total ?? 0 };
}
