import type { UserId } from '../../src/ids.ts';
import type { OverrideState } from '../../src/overrides/types.ts';
import { readRows, type Payout } from './override-books.ts';
import type { Ground } from './override-ground.ts';
import { centsOf, type Case, type Moment } from './override-judge.ts';

/** One override as the history knows it, by what was asked and what its row came to. */
export interface Known extends Case {
  id: string;
  payout: Payout;
  payee: string | null;
  cents: bigint | null;
  version: number;
  state: OverrideState;
  overAt: Date | null;
  /** When the platform did what it asks for. */
  effects: Date[];
}

/** What is known of it as soon as it is asked for. */
export type Asked = Omit<Known, 'version' | 'state' | 'overAt' | 'votes' | 'reached' | 'isEnded' | 'effects'>;

/** What the rows of these payouts' overrides came to. */
export async function readStates(
  { ours }: Ground,
  payouts: readonly Payout[],
): Promise<(Pick<Known, 'id' | 'version' | 'state' | 'overAt'> & { subjectId: string })[]> {
  const { rows } = await ours.pool.query(
    `select id, version, state, over_at as "overAt", subject_id as "subjectId" from overrides where subject_id = any ($1)`,
    [payouts.map(({ transactionId }) => transactionId)],
  );
  return rows;
}

/** Is their approval of this version written down? */
export async function wasGiven({ ours }: Ground, { id, version }: Known, userId: UserId): Promise<boolean> {
  const { rowCount } = await ours.pool.query(
    `select from override_votes where override_id = $1 and version = $2 and user_id = $3 and vote = 'approve'`,
    [id, version, userId],
  );
  return rowCount === 1;
}

/** What the world is like now for a payout; of the other overrides, those that count together with it. */
export async function readMoment(
  ground: Ground,
  { payout, isHigh, others }: { payout: Payout; isHigh: boolean; others: readonly Known[] },
): Promise<Moment> {
  const { clock, groups, policy } = ground;
  const at = clock.now();
  const rows = await readRows(ground, payout.transactionId);
  const since = at.getTime() - 24 * 3_600_000;
  const together = others.filter(
    ({ state, effects, payout: { accountId }, payee }) =>
      (['open', 'void', 'approved', 'executing'].includes(state) ||
        effects.some((done) => done.getTime() >= since)) &&
      (accountId === payout.accountId || payee === rows.payee),
  );
  const cents = (decimal: string) => centsOf({ amount: decimal, currency: 'USD' }) ?? 0n;
  return {
    at,
    rows,
    groups,
    tiers: { two: cents(policy.overrides.two_from), lead: cents(policy.overrides.lead_from) },
    isHigh,
    others: together.map((other) => other.cents),
  };
}
