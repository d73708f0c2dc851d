import type { Pool, Queryable, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { stakeWithoutMoney, type Executed, type OverrideKind } from '../overrides/kind.ts';
import { windowQuorum } from '../overrides/quorum.ts';
import {
  NO_TENANT,
  WINDOW_CHOICES,
  type Choice,
  type Override,
  type SloWindowFacts,
  type Terms,
  type Verdict,
} from '../overrides/types.ts';
import { windowEntry } from './add-window.ts';
import { budgetLeft } from './burn.ts';
import { sloNamed } from './deps.ts';
import { sumWindows } from './sums.ts';
import type { LeftOut, Slo, Slos, Sums } from './types.ts';
import {
  leaveOut,
  lockWindow,
  putBack,
  readOverlapping,
  readWindow,
  wasRejectedThere,
} from './window-store.ts';

const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;
const ACTOR = 'job:slo';

interface KindDeps {
  pool: Pool;
  slos: Slos;
  /** It is left out, or counted again: whatever shows figures of that time asks to be drawn anew. */
  onLeftOut?(tx: Tx, now: Date, window: LeftOut): Promise<void>;
}

/** That a stretch of time is not counted, as a kind of what is done by hand: another person approves it. */
export function makeWindowKind(deps: KindDeps): OverrideKind<SloWindowFacts> {
  return {
    kind: 'slo_window',
    subjectKind: 'slo_window',
    async load({ subjectId }, { now }) {
      const window = await readWindow(deps.pool, subjectId);
      const slo = window === null ? undefined : sloNamed(deps.slos, window.slo);
      return window === null || slo === undefined ? null : await factsOf(deps.pool, window, slo, now);
    },
    targets: (facts) => WINDOW_CHOICES.map((choice) => verdictOf(facts, choice)),
    terms: termsOf,
    stake: ({ rejectedBefore }) => stakeWithoutMoney(windowQuorum(rejectedBefore)),
    execute: (tx, now, override) => carryOut(tx, deps, now, override),
  };
}

async function factsOf(db: Queryable, window: LeftOut, slo: Slo, now: Date): Promise<SloWindowFacts> {
  const from = new Date(now.getTime() - slo.windowDays * DAY_MINUTES * MINUTE_MS);
  const inWindow = { from: later(window.fromAt, from), to: sooner(window.toAt, now) };
  const [within, part, [counted = NOTHING], other, rejectedBefore] = [
    await sumAll(db, slo.name, { from: window.fromAt, to: window.toAt }),
    await sumAll(db, slo.name, inWindow),
    await sumWindows(db, { slo: slo.name, basis: 'event', at: now, windows: [slo.windowDays * DAY_MINUTES] }),
    await readOverlapping(db, window),
    await wasRejectedThere(db, window),
  ];
  const sign = window.state === 'left_out' ? 1 : -1;
  const after = { good: counted.good + sign * part.good, valid: counted.valid + sign * part.valid };
  const share = ({ good, valid }: Pick<Sums, 'good' | 'valid'>) => (valid > 0 ? good / valid : null);
  return {
    kind: 'slo_window',
    tenantId: NO_TENANT,
    windowId: window.id,
    number: window.number,
    slo: slo.name,
    title: { ...slo.title },
    target: slo.target,
    fromAt: window.fromAt.toISOString(),
    toAt: window.toAt.toISOString(),
    cause: window.cause,
    note: window.note,
    state: window.state,
    createdBy: window.createdBy,
    createdKey: window.createdKey,
    good: within.good,
    valid: within.valid,
    valueNow: share(counted),
    valueAfter: share(after),
    leftNow: budgetLeft(counted, slo.target),
    leftAfter: budgetLeft(after, slo.target),
    overlaps: other?.number ?? null,
    rejectedBefore,
    readAt: now.toISOString(),
  };
}

const NOTHING: Sums = { good: 0, valid: 0, minutes: 0 };
const later = (one: Date, other: Date) => (one > other ? one : other);
const sooner = (one: Date, other: Date) => (one < other ? one : other);

/** Every minute of it, whether it is left out or not. */
async function sumAll(
  db: Queryable,
  slo: string,
  { from, to }: { from: Date; to: Date },
): Promise<Pick<Sums, 'good' | 'valid'>> {
  const { rows } = await db.query<{ good: number; valid: number }>(
    `select coalesce(sum(good), 0) as good, coalesce(sum(valid), 0) as valid from slo_minutes
      where slo = $1 and basis = 'event' and minute >= $2 and minute < $3`,
    [slo, from, to],
  );
  return rows[0] ?? { good: 0, valid: 0 };
}

function verdictOf(facts: SloWindowFacts, choice: Choice): Verdict {
  const reasons: string[] = [];
  if (choice.target === 'leave_out') {
    if (facts.state !== 'asked') reasons.push('left_out_before');
    if (choice.basis !== facts.cause) reasons.push('other_cause');
    if (facts.overlaps !== null) reasons.push('overlaps');
  } else if (facts.state !== 'left_out') reasons.push('is_counted');
  return { ...choice, holds: reasons.length === 0, reasons, needsEvidence: false, needsTwo: false };
}

/** What an approver agrees to: this promise, this stretch, this cause; figures may move on. Pure. */
function termsOf(facts: SloWindowFacts, { target, basis }: Choice): Terms {
  return {
    target,
    basis,
    kind: facts.kind,
    tenantId: facts.tenantId,
    subject: { kind: 'slo_window', id: facts.windowId },
    amountMinor: null,
    currency: null,
    payeeRef: null,
    state: `${facts.state}, ${facts.slo}, ${facts.fromAt}, ${facts.toAt}, ${facts.cause}`,
    attempts: [],
    endsOperationId: null,
    // Whoever wrote it down asked for it, whoever sends the request.
    barred: [...new Set([facts.createdKey, facts.createdBy.replace(/^person:/, '')])],
  };
}

/** Leaves it out, or counts it again, under its lock. */
async function carryOut(tx: Tx, deps: KindDeps, now: Date, override: Override): Promise<Executed> {
  const { stateBefore } = override;
  assert(stateBefore?.kind === 'slo_window', 'it is about a stretch of time');
  const before = await lockWindow(tx, override.subject.id);
  assert(before !== null, 'stretches are kept');
  const slo = sloNamed(deps.slos, before.slo);
  // It changed between the reading and the lock, or another that overlaps came first: whoever reads it again makes it void.
  const wait = { as: 'wait' as const, until: now };
  if (slo === undefined || before.state !== stateBefore.state) return wait;
  const leaves = override.target === 'leave_out';
  if (leaves && (await isTaken(tx, before))) return wait;
  const change = { id: before.id, overrideId: override.id, at: now };
  const window = leaves ? await leaveOut(tx, change) : await putBack(tx, change);
  if (window === null) return wait;
  await deps.onLeftOut?.(tx, now, window);
  const data = { override: override.id };
  return {
    as: 'done',
    after: await factsOf(tx, window, slo, now),
    entries: [windowEntry(window, leaves ? 'left_out' : 'put_back', ACTOR, data)],
  };
}

/** Two that overlap are approved in one moment: the second waits for the first, and then sees it. */
async function isTaken(tx: Tx, window: LeftOut): Promise<boolean> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('slo_window:' || $1))`, [window.slo]);
  return (await readOverlapping(tx, window)) !== null;
}
