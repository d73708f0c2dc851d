import type { PayoutRow } from '../finance/payout-row.ts';
import type { TaskContext } from '../jobs/types.ts';
import { readOwnOperations } from '../operations/own-operations.ts';
import type { Known } from '../operations/retry-facts.ts';
import { keyOf, type PayoutKey } from '../operations/standing.ts';
import { askAttempts } from '../platform/ask-attempts.ts';
import { readAnswers } from '../platform/read-answers.ts';
import { chooseAsks } from './choose-asks.ts';
import type { LookedAt } from './decide-changes.ts';
import { decideLook, GONE } from './decide-look.ts';
import type { PayoutDeps } from './deps.ts';
import { isReadable, readMoney, type MoneyReading } from './read-money.ts';
import { readOpen } from './store.ts';
import type { Looks } from './store-looks.ts';
import type { Payout } from './types.ts';

/** Money that was read less than this before, in real time, is what offers still stand on. */
const STILL_TRUE_MS = 2_000;
/** A payment that no row tells of for so long is gone; until then somebody may be loading the view anew. */
const GONE_AFTER_MS = 3_600_000;
/** What is not answered by then is left for the next look. */
const ASKING_LIMIT_MS = 60_000;

/** What one look rests on, all of one moment. */
export interface Reading extends MoneyReading {
  observedAt: Date;
  /** When what providers said was known: ages are taken at this moment. */
  decidedAt: Date;
  /** Payouts whose rows no decision can rest on: nothing is said of them. */
  unreadable: PayoutKey[];
  open: Payout[];
  known: Known;
}

/**
 * Looks at every payout that may be stuck or has failed and at every open episode, or at one payment: reads, asks the
 * providers what is not known freshly, and reads again, since that takes its time. Outside any transaction. Throws finance
 * faults.
 */
export async function lookAtPayouts(
  deps: PayoutDeps,
  context: TaskContext,
  of: 'all' | PayoutKey,
  isUrgent: (reading: Reading) => boolean = () => false,
): Promise<Looks> {
  const { pool, platform, policy } = deps;
  const first = await read(deps, context, of);
  const asks = platform.canAsk()
    ? chooseAsks(first.rows, first.known.answers, first.observedAt, {
        most: policy.platform.asks_per_check,
        isUrgent: isUrgent(first),
      })
    : [];
  if (asks.length === 0) return judge(deps, first, of);
  const began = performance.now();
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(ASKING_LIMIT_MS)]);
  const { asked } = await askAttempts({ pool, platform, clock: context.clock }, asks, { signal });
  if (asked.length === 0) return judge(deps, first, of);
  const isLongAgo = performance.now() - began > STILL_TRUE_MS;
  return judge(
    deps,
    isLongAgo ? await read(deps, context, of) : await readBeside(deps, context, first, of),
    of,
  );
}

/** Asks what a look would ask, and says nothing: for a report that is to stand on fresh answers. Throws finance faults. */
export async function askAhead(deps: PayoutDeps, context: TaskContext): Promise<void> {
  await lookAtPayouts(deps, context, 'all');
}

/**
 * Money that was read a moment ago is not read again for what providers said meanwhile: whatever is pressed is checked
 * anew before it is sent. It keeps its moment, so that a look that saw more is not undone.
 */
async function readBeside(
  { pool }: PayoutDeps,
  { clock }: TaskContext,
  first: Reading,
  of: 'all' | PayoutKey,
): Promise<Reading> {
  const decidedAt = clock.now();
  return { ...first, decidedAt, known: await readKnown(pool, decidedAt, first, of) };
}

async function readKnown(
  pool: PayoutDeps['pool'],
  now: Date,
  { open }: Pick<Reading, 'open'>,
  of: 'all' | PayoutKey,
): Promise<Known> {
  const subjects = of === 'all' ? of : [...open.map(({ transactionId }) => transactionId), of.transactionId];
  return {
    answers: await readAnswers(pool, now, subjects),
    operations: await readOwnOperations(pool, subjects),
  };
}

/** What we did ourselves is read after the money: an attempt of ours that the money does not show is missing then. */
async function read(deps: PayoutDeps, { clock, log }: TaskContext, of: 'all' | PayoutKey): Promise<Reading> {
  const { pool, finance, policy } = deps;
  const observedAt = clock.now();
  const open = await readOpen(pool, of);
  const ids = of === 'all' ? open.map(({ transactionId }) => transactionId) : [of.transactionId];
  const money = await readMoney(finance, policy, observedAt, { ids, candidates: of === 'all' });
  const asked = money.rows.filter((row) => of === 'all' || keyOf(payoutOf(row)) === keyOf(of));
  const rows = asked.filter(isReadable);
  const unreadable = asked.filter((row) => !isReadable(row)).map(payoutOf);
  if (unreadable.length > 0) log.error({ payouts: unreadable.slice(0, 10) }, 'payouts could not be read');
  const known = await readKnown(pool, observedAt, { open }, of);
  return { ...money, rows, unreadable, observedAt, decidedAt: observedAt, open, known };
}

function payoutOf(row: PayoutRow): PayoutKey {
  return { tenantId: row.tenant_id, transactionId: row.id };
}

function judge({ policy, platform }: PayoutDeps, reading: Reading, of: 'all' | PayoutKey): Looks {
  const { rows, unreadable, rates, observedAt, decidedAt, open, known, deposits } = reading;
  const offer = platform.offerOf('retry');
  const looked = rows.map((row): LookedAt => ({
    ...payoutOf(row),
    row,
    look: decideLook(row, known, { policy, rates, observedAt: decidedAt }, offer),
  }));
  const found = new Set([...looked, ...unreadable].map(keyOf));
  const missing = open.filter((payout) => !found.has(keyOf(payout)));
  const isGone = ({ lookedAt }: Payout) => observedAt.getTime() - lookedAt.getTime() > GONE_AFTER_MS;
  const gone = missing
    .filter(isGone)
    .map(({ tenantId, transactionId }): LookedAt => ({ tenantId, transactionId, row: null, look: GONE }));
  const untold = [...unreadable, ...missing.filter((payout) => !isGone(payout))];
  return { observedAt, looked: [...looked, ...gone], deposits, unreadable: untold, known, of };
}
