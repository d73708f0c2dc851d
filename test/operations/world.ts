import { requestOperation } from '../../src/operations/request-operation.ts';
import { readStanding } from '../../src/operations/standing.ts';
import type { ProviderAnswer } from '../../src/platform/types.ts';
import { insertEpisode } from './episode.ts';
import type { Ground } from './ground.ts';

/**
 * What the provider does with the newest attempt: it dies for good, it pays, or the platform takes it for failed while
 * it still may pay.
 */
export type Fate = 'dies' | 'pays' | 'lies';

export interface World {
  /** What was done while an earlier attempt could still pay, or had paid. */
  doubled: string[];
  isOpen(): Promise<boolean>;
  press(action: 'retry' | 'recheck', isStale: boolean): Promise<void>;
  /** Runs what is under way, when it wants to go on. */
  run(): Promise<void>;
  decide(fate: Fate, silence: ProviderAnswer): Promise<void>;
  /** Somebody else pays, or has another attempt made. */
  actElsewhere(isPaid: boolean): Promise<void>;
  /** Lets arrive what was on its way: an attempt like any other. */
  arrive(): Promise<void>;
}

/** One payout with a button that is always there, and the truth about its attempts beside what the platform believes. */
export async function makeWorld(ground: Ground): Promise<World> {
  const { platform, clock, transactionId, ours } = ground;
  const payout = { tenantId: 'anadolu', transactionId };
  const offerUntil = new Date('2030-01-01');
  const payoutId = await insertEpisode(ours.pool, { transactionId, now: clock.now(), offerUntil });
  const money = makeMoney(ground);
  const alive = new Set<string>([await money.newest()]);
  const doubled: string[] = [];
  let isPaid = false;
  let dueAt = clock.now();
  platform.answers.clear();
  platform.beforeEffect = async ({ idempotencyKey }) => {
    if (alive.size > 0 || isPaid) doubled.push(idempotencyKey);
  };
  async function watch<T>(happen: () => Promise<T>): Promise<T> {
    const before = await money.newest();
    const result = await happen();
    const made = await money.newest();
    if (made !== before) alive.add(made);
    return result;
  }
  return {
    doubled,
    isOpen: async () => (await readStanding(ours.pool, payout)).open !== null,
    async press(action, isStale) {
      const { nextIntentNo } = await readStanding(ours.pool, payout);
      const intentNo = isStale ? Math.max(1, nextIntentNo - 1) : nextIntentNo;
      const request = { payoutId, intentNo, action, actor: 'person:U1' };
      if ((await requestOperation(ours.pool, clock.now(), request)).ok) dueAt = clock.now();
    },
    async run() {
      const { open } = await readStanding(ours.pool, payout);
      if (open === null) return;
      if (dueAt > clock.now()) clock.set(dueAt);
      await watch(() => platform.deliver());
      const { at } = await watch(() => ground.runOnce(open.id));
      dueAt = at ?? clock.now();
    },
    async decide(fate, silence) {
      const attempt = await money.newest();
      if (isPaid || !alive.has(attempt)) return;
      if (fate !== 'lies') alive.delete(attempt);
      isPaid = fate === 'pays';
      platform.answers.set(
        attempt,
        { dies: 'failed' as const, pays: 'succeeded' as const, lies: silence }[fate],
      );
      await money.end(attempt, isPaid ? 'succeeded' : 'failed');
      await money.moveTo(isPaid ? 'paid' : 'payout_failed');
    },
    async actElsewhere(pays) {
      // A second attempt beside one that may pay, or while ours is on its way, would be somebody else's fault.
      if (alive.size > 0 || isPaid || platform.isExpectingMore()) return;
      isPaid = pays;
      if (!pays) await watch(() => money.attempt());
      await money.moveTo(pays ? 'paid' : 'payout_pending');
    },
    arrive: () => watch(() => platform.deliver()),
  };
}

/** What the platform's database says of the payout. */
function makeMoney({
  finance: { pool },
  clock,
  transactionId,
}: Pick<Ground, 'finance' | 'clock' | 'transactionId'>) {
  return {
    async newest(): Promise<string> {
      const { rows } = await pool.query<{ id: string }>(
        'select id from finance.payout_attempts where transaction_id = $1 order by created_at desc, id desc limit 1',
        [transactionId],
      );
      return rows[0]!.id;
    },
    end: (attempt: string, status: string) =>
      pool.query('update finance.payout_attempts set status = $2 where id = $1', [attempt, status]),
    moveTo: (state: string) =>
      pool.query('update finance.transactions set state = $2, state_since = $3 where id = $1', [
        transactionId,
        state,
        clock.now(),
      ]),
    async attempt(): Promise<void> {
      clock.advance(1_000);
      await pool.query(
        `insert into finance.payout_attempts (id, transaction_id, provider, provider_ref, status, created_at, updated_at)
         values ($1, $2, 'kuzey-pay', $1, 'submitted', $3, $3)`,
        [`pa_${transactionId}_x${clock.now().getTime()}`, transactionId, clock.now()],
      );
    },
  };
}
