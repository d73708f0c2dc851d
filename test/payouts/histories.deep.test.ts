import { expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import type { ProviderAnswer } from '../../src/platform/types.ts';
import { makeRandom } from '../../sandbox/data/random.ts';
import { useGround } from './ground.ts';

const ground = useGround();
const IDS = Array.from({ length: 10 }, (_, index) => `t${index}`);
const STEPS = 40;
const MINUTE_MS = 60_000;
const ANSWERS: readonly ProviderAnswer[] = ['succeeded', 'failed', 'pending', 'not_found', 'silent', 'error'];

interface Random {
  below(count: number): number;
  pick<T>(choices: readonly T[]): T;
}

function randomOf(seed: string): Random {
  const random = makeRandom(seed);
  const below = (count: number) => Math.floor(random.next() * count);
  return { below, pick: (choices) => choices[below(choices.length)]! };
}

interface Truth {
  id: string;
  state: string;
  since: Date;
  attempts: { id: string; status: string; at: Date }[];
}

async function truths(): Promise<Truth[]> {
  const { rows } = await ground.finance.pool.query<Truth>(
    `select t.id, t.state, t.state_since as since,
            (select coalesce(json_agg(json_build_object('id', a.id, 'status', a.status, 'at', a.created_at)
                                      order by a.created_at, a.id), '[]')
               from finance.payout_attempts a where a.transaction_id = t.id) as attempts
       from finance.transactions t order by t.id`,
  );
  return rows;
}

/** One thing that may happen to a payout, by the platform, its provider, or a person. */
async function happen(random: Random, { id, state, attempts }: Truth): Promise<void> {
  const last = attempts.length;
  const newest = attempts.at(-1);
  switch (random.pick(['fail', 'go_on', 'pay', 'again', 'answer', 'press', 'press', 'press'])) {
    case 'fail':
      if (state === 'paid') return;
      await ground.move(id, 'payout_failed', { n: last, status: 'failed' });
      if (newest !== undefined) ground.platform.answers.set(newest.id, 'failed');
      return;
    case 'go_on':
      if (state !== 'paid' && state !== 'payout_failed') await ground.move(id, 'processing');
      return;
    case 'pay':
      if (state !== 'payout_failed') await ground.move(id, 'paid', { n: last, status: 'succeeded' });
      return;
    case 'again':
      // Whoever else may send it did.
      if (state !== 'payout_failed') return;
      await ground.finance.pool.query(
        `insert into finance.payout_attempts (id, transaction_id, provider, provider_ref, status, created_at, updated_at)
         values ($1, $2, 'kuzey-pay', $1, 'submitted', $3, $3)`,
        [`${id}-by-hand-${last}`, id, ground.clock.now()],
      );
      return await ground.move(id, 'payout_submitted');
    case 'answer':
      if (newest !== undefined) ground.platform.answers.set(newest.id, random.pick(ANSWERS));
      return;
    case 'press': {
      const [payout] = (await ground.payouts(id)).filter((each) => each.state === 'open');
      if (payout === undefined) return;
      const { rows } = await ground.ours.pool.query<{ next: number }>(
        'select count(*)::int + 1 as next from operations where subject_id = $1',
        [id],
      );
      const pressed = await ground.press(payout, random.pick(['retry', 'retry', 'recheck']), rows[0]?.next);
      if (pressed.ok) await ground.carryOut(pressed.operationId);
    }
  }
}

/** An independent reading of when a retry may be offered, of what the provider would say now. */
function mayOffer({ state, attempts }: Truth): boolean {
  const last = Math.max(...attempts.map(({ at }) => new Date(at).getTime()));
  return (
    state === 'payout_failed' &&
    attempts.length > 0 &&
    attempts.length < 3 &&
    attempts.every(({ status }) => status === 'failed') &&
    ground.clock.now().getTime() - last >= MINUTE_MS
  );
}

async function holds(): Promise<void> {
  const now = ground.clock.now().getTime();
  for (const truth of await truths()) {
    const open = (await ground.payouts(truth.id)).filter(({ state }) => state === 'open');
    const findings = (await ground.findings(truth.id)).filter(({ state }) => state === 'open');
    expect(open.length, truth.id).toBeLessThanOrEqual(1);
    expect(findings.length).toBeLessThanOrEqual(open.length);
    if (truth.state === 'payout_failed') expect(open).toHaveLength(1);
    if (truth.state === 'paid' && truth.attempts.every(({ status }) => status !== 'submitted'))
      expect(open).toHaveLength(0);
    const [payout] = open;
    if (payout === undefined) continue;
    expect(payout.paymentState).toBe(truth.state);
    expect(payout.attempts.map(({ attemptId }) => attemptId)).toEqual(truth.attempts.map(({ id }) => id));
    if (payout.offersRetry) {
      expect(mayOffer(truth)).toBe(true);
      for (const line of payout.attempts) {
        expect(line.answer).toBe('failed');
        expect(now - Date.parse(line.askedAt ?? '')).toBeLessThanOrEqual(15 * MINUTE_MS);
      }
    }
    for (const finding of findings) expect(finding).toMatchObject({ rule: payout.rule, class: payout.class });
  }
}

test.each(['a', 'b', 'c', 'd'])(
  'random histories keep episodes true (seed %s)',
  { timeout: 240_000 },
  async (seed) => {
    const random = randomOf(seed);
    const ids = [...IDS];
    for (const id of IDS)
      await ground.add(id, {
        state: random.pick(['payout_failed', 'processing']),
        since: 1 + random.below(60),
      });
    for (let step = 0; step < STEPS; step += 1) {
      for (const truth of await truths()) if (random.below(3) === 0) await happen(random, truth);
      if (step % 2 === 0) {
        ids.push(`n${step}`);
        await ground.add(`n${step}`, { state: random.pick(['payout_failed', 'processing']), since: 1 });
      }
      ground.clock.advance(random.pick([1_000, MINUTE_MS, 5 * MINUTE_MS, 20 * MINUTE_MS]));
      if (random.below(2) === 0) for (const id of ids) if (random.below(3) === 0) await ground.look(id);
      await ground.check();
      await holds();
    }
    // It was about something.
    expect(ground.platform.effects.length).toBeGreaterThan(2);
    expect((await ground.payouts()).length).toBeGreaterThan(ids.length + 3);
    const { rows } = await ground.ours.pool.query(
      `select p.id from payouts p
      where p.group_id is null and not exists (select from cards c where c.subject_id = p.id::text)`,
    );
    expect(rows).toEqual([]);
    expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
  },
);
