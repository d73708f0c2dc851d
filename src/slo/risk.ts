import { z } from 'zod';
import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { requestCard } from '../cards/request-card.ts';
import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import { AppError, describeError } from '../errors.ts';
import { payoutKey, type PaymentKey } from '../findings/deps.ts';
import type { Schedule, TaskContext, TaskKind } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import type { SloDeps } from './deps.ts';
import { payoutPromises, readAtRisk, type RiskReading } from './read-risk.ts';
import { decideOutcome, isNoticeDue } from './risk-rules.ts';
import {
  countNamed,
  endNamed,
  insertNamed,
  listEnded,
  listNamed,
  lockOpenRisk,
  markChecked,
  markTold,
  openRiskList,
  readLastToldAt,
  readOpenRisk,
  updateNamed,
  type Ended,
  type NamedPayout,
  type Risk,
} from './risk-store.ts';
import { RISK_CARD } from './types.ts';

export const RISK_NOTICE_CARD = 'slo_risk_notice';
export const RISK_CHANNEL = 'finance-ops';

const TASK = 'slo_risk';
const ACTOR = `schedule:${TASK}`;
/** The next check makes up for it. */
const MOST_FAULTS = 5;
const LIMIT_MS = 120_000;

/** What the check needs: service levels, and the money, which may be a replica. */
export interface RiskDeps extends Pick<SloDeps, 'pool' | 'policy' | 'slos' | 'onChange'> {
  finance: Pool;
}

/** Every five minutes by default, at any hour: payouts know no quiet ones. One that was missed is made up for by the next. */
export function makeRiskSchedule({ slo, business }: Pick<Policy, 'slo' | 'business'>): Schedule {
  const { cron, catch_up: catchUp } = slo.risk.check;
  return {
    name: 'slo.risk',
    cron,
    zone: business.time_zone,
    catchUp,
    isChore: true,
    leadMs: 0,
    task: () => ({ kind: TASK, payload: {} }),
  };
}

/**
 * Names payouts that will break their promise, and what becomes of them. While the money cannot be read nothing
 * changes: that nothing is known is told by whoever reads the promise every minute.
 */
export function makeRiskTask(deps: RiskDeps): TaskKind<Record<string, never>> {
  return {
    kind: TASK,
    payload: z.strictObject({}),
    maxFaults: MOST_FAULTS,
    limitMs: LIMIT_MS,
    async run(context) {
      for (const promise of payoutPromises(deps.slos.all)) await check(deps, context, promise);
      return { state: 'done' };
    },
  };
}

type Promised = ReturnType<typeof payoutPromises>[number];

async function check(deps: RiskDeps, context: TaskContext, promise: Promised): Promise<void> {
  const reading = await look(deps, context, promise);
  if (reading === null) return;
  const entries = await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    const changes = await applyReading(tx, promise, reading);
    if (changes.length > 0) await appendAudit(tx, reading.at, changes);
    return changes;
  });
  for (const { action } of entries) deps.onChange?.(action.slice('slo.'.length));
}

/** Null: the money does not answer, or not as the contract says. */
async function look(
  deps: RiskDeps,
  { clock, log }: TaskContext,
  { slo, withinHours }: Promised,
): Promise<RiskReading | null> {
  const risk = await readOpenRisk(deps.pool, slo.name);
  const named = risk === null ? [] : await listNamed(deps.pool, risk.id);
  try {
    return await readAtRisk(deps.finance, deps.policy, clock.now(), { withinHours, named });
  } catch (error) {
    if (!isAway(error)) throw error;
    log.warn({ slo: slo.name, error: describeError(error) }, 'payouts at risk could not be looked for');
    return null;
  }
}

/** Is it the money that cannot be read? */
export function isAway(error: unknown): boolean {
  return (
    error instanceof AppError && (error.code === 'finance_unavailable' || error.code === 'finance_contract')
  );
}

/** Keeps the list as the reading has it; the same twice changes nothing the second time. */
async function applyReading(tx: Tx, { slo }: Promised, reading: RiskReading): Promise<AuditEntry[]> {
  const ended = new Set((await listEnded(tx, slo.name, reading.atRisk)).map(payoutKey));
  const atRisk = reading.atRisk.filter((payout) => !ended.has(payoutKey(payout)));
  if (atRisk.length > 0) await openRiskList(tx, slo.name, reading.at);
  const risk = await lockOpenRisk(tx, slo.name);
  // Whoever read later has written already.
  if (risk === null || risk.checkedAt > reading.at) return [];
  const ends = decideEnds(await listNamed(tx, risk.id), reading);
  const named = await insertNamed(tx, risk.id, atRisk, reading.at);
  await updateNamed(tx, risk.id, [...reading.open.values()]);
  const outcomes = await endNamed(tx, risk.id, ends);
  const counts = await countNamed(tx, risk.id);
  const isOver = counts.open === 0;
  await markChecked(tx, risk.id, { at: reading.at, late: reading.late, over: isOver });
  await show(tx, risk, reading.at);
  const subject = { kind: 'slo_risk' as const, id: risk.id };
  const entry = (action: string, data: object): AuditEntry => ({
    actor: ACTOR,
    action,
    tenantId: null,
    subject,
    data: { slo: slo.name, ...data },
  });
  const { open: left, ...all } = counts;
  return [
    ...(named > 0 ? [entry('slo.risk_named', { count: named, left })] : []),
    ...(ends.length > 0 ? [entry('slo.risk_ended', outcomes)] : []),
    ...(isOver ? [entry('slo.risk_over', all)] : []),
  ];
}

function decideEnds(
  named: readonly (PaymentKey & Pick<NamedPayout, 'breaksAt'>)[],
  { fates, at }: RiskReading,
): Ended[] {
  return named.flatMap((payout): Ended[] => {
    const fate = fates.get(payoutKey(payout));
    // Named since the money was read: the next check knows.
    if (fate === undefined) return [];
    const end = decideOutcome(fate, payout.breaksAt, at);
    const { tenantId, transactionId } = payout;
    return end === null ? [] : [{ tenantId, transactionId, ...end }];
  });
}

/**
 * One living card a list. Editing it notifies nobody, so what came to it since is told by a message of its own, once an
 * hour at most.
 */
async function show(tx: Tx, risk: Risk, now: Date): Promise<void> {
  const channel = RISK_CHANNEL;
  await requestCard(tx, now, { kind: RISK_CARD, subject: { kind: 'slo_risk', id: risk.id }, channel });
  const lastToldAt = await readLastToldAt(tx, risk.id);
  if (!isNoticeDue(lastToldAt, now)) return;
  const told = await markTold(tx, risk.id, now);
  if (told === 0 || lastToldAt === null) return;
  const id = `${risk.id}@${now.toISOString()}`;
  await requestCard(tx, now, { kind: RISK_NOTICE_CARD, subject: { kind: 'slo_risk', id }, channel });
}
