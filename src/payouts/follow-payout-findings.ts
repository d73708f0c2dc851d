import type { AuditEntry } from '../audit/types.ts';
import { businessDayOf, shiftDay } from '../business-day.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import { applyObservations, type Look } from '../findings/apply-observations.ts';
import { followFindings } from '../findings/follow-findings.ts';
import { findingKey } from '../findings/key.ts';
import { resolveByKey } from '../findings/resolve-unseen.ts';
import { compareClass } from '../findings/rules.ts';
import { lockFindings } from '../findings/store.ts';
import type { FindingFamily, Observation, RiskClass } from '../findings/types.ts';
import type { Policy } from '../policy.ts';
import { readStartAt } from '../reconciliation/start-at.ts';
import { ACTOR, type PayoutDeps } from './deps.ts';
import { payoutFindingKey } from './payout-finding.ts';

interface Sightings {
  observations: readonly Observation[];
  observedAt: Date;
  /** Of which families all that there is was seen. */
  families: readonly FindingFamily[];
  /** Payouts of which the look can say nothing, or at which somebody has looked later. */
  untold: readonly { tenantId: string; transactionId: string }[];
  of: 'all' | { tenantId: string; transactionId: string };
}

/**
 * Brings the findings of R19 to R23 in line with what a look saw, between the runs that report them: what is HIGH by now
 * is escalated by itself, what has moved on is resolved. What a person closed stays closed until a run has looked, unless it
 * has got worse. Gives the audit rows to append.
 */
export async function followPayoutFindings(
  tx: Tx,
  deps: PayoutDeps,
  now: Date,
  { observations, observedAt, families, untold, of }: Sightings,
): Promise<AuditEntry[]> {
  await lockFindings(tx);
  const { startAt, isFixed } = await readStart(tx, deps.policy, now);
  const look: Look = { runId: null, observedAt, now, actor: ACTOR, startAt };
  const known = await readKnown(tx, families, of);
  const news = observations.filter(
    (seen) => (isFixed || seen.occurredAt >= startAt) && isNews(seen, known.get(findingKey(seen))),
  );
  const seen = new Set([...observations.map(findingKey), ...untold.map(payoutFindingKey)]);
  const gone = [...known.values()].filter(
    ({ key, state, lastSeenAt }) => state !== 'resolved' && !seen.has(key) && lastSeenAt <= observedAt,
  );
  if (news.length === 0 && gone.length === 0) return [];
  const entries = await applyObservations(tx, look, news);
  entries.push(
    ...(await resolveByKey(
      tx,
      look,
      gone.map(({ key }) => key),
    )),
  );
  return [...entries, ...(await followFindings(tx, now, deps))];
}

/**
 * From when on what happened is news. Until the first run fixes it, that is this morning wherever the run will put it;
 * what is older than that is left to the run, which knows the opening balance.
 */
async function readStart(tx: Tx, policy: Policy, now: Date): Promise<{ startAt: Date; isFixed: boolean }> {
  const tomorrow = shiftDay(businessDayOf(now, policy.business.time_zone), 1);
  const startAt = await readStartAt(tx, policy, tomorrow);
  const { rowCount } = await tx.query(`select from settings where name = 'reconciliation.start_at'`);
  return { startAt, isFixed: rowCount === 1 || policy.reconciliation.start_at !== undefined };
}

interface KnownFinding {
  key: string;
  rule: string;
  class: RiskClass;
  action: string;
  amountMinor: bigint | null;
  evidence: string;
  state: string;
  closedByHand: boolean;
  lastSeenAt: Date;
}

async function readKnown(
  db: Queryable,
  families: readonly FindingFamily[],
  of: Sightings['of'],
): Promise<Map<string, KnownFinding>> {
  const { rows } = await db.query<{
    key: string;
    rule: string;
    class: RiskClass;
    action: string;
    amount_minor: string | null;
    evidence: string;
    state: string;
    closed_by_hand: boolean;
    last_seen_at: Date;
  }>(
    `select key, rule, class, action, amount_minor, evidence ->> 'key' as evidence, state,
            closed_by is not null as closed_by_hand, last_seen_at
       from findings
      where (state <> 'resolved' or closed_by is not null and confirmed_at is null)
        and family = any ($3) and ($1::text is null or tenant_id = $1 and subject_id = $2)`,
    [of === 'all' ? null : of.tenantId, of === 'all' ? null : of.transactionId, families],
  );
  return new Map(
    rows.map((row) => [
      row.key,
      {
        key: row.key,
        rule: row.rule,
        class: row.class,
        action: row.action,
        amountMinor: row.amount_minor === null ? null : BigInt(row.amount_minor),
        evidence: row.evidence,
        state: row.state,
        closedByHand: row.closed_by_hand,
        lastSeenAt: row.last_seen_at,
      },
    ]),
  );
}

/** Between runs only what is otherwise than it was is written: a look every five minutes would be nothing but history. */
function isNews(seen: Observation, known: KnownFinding | undefined): boolean {
  if (known === undefined) return true;
  const isSame =
    known.rule === seen.rule &&
    known.class === seen.class &&
    known.action === seen.action &&
    known.amountMinor === seen.amountMinor &&
    known.evidence === seen.evidence.key;
  if (known.state === 'resolved') return compareClass(seen.class, known.class) > 0;
  return !isSame;
}
