import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disagreements } from '../data/invariants.ts';
import { openPlatformStage, type PlatformStage } from '../support/platform.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const SUCCESS = { payout: expect.any(String), status: 'accepted' };

let stage: PlatformStage;
beforeAll(async () => {
  stage = await openPlatformStage();
});
afterAll(() => stage.close());

/** Available and held of the payment's wallet, as decimals. */
async function balances(id: string): Promise<[number, number]> {
  const { rows } = await stage.finance.pool.query<{ available: string; held: string }>(
    `select w.available, w.held from finance.transactions t
       join finance.wallets w using (tenant_id, account_id, currency) where t.id = $1`,
    [id],
  );
  return [Number(rows[0]!.available), Number(rows[0]!.held)];
}

async function inAgreement(): Promise<void> {
  const found = await disagreements(stage.finance.pool, stage.clock.now());
  expect(found.filter((line) => !/^(failed payout waits|stuck|attempt open too long)/.test(line))).toEqual(
    [],
  );
}

async function effectsOf(id: string) {
  return (await stage.platform.effects()).filter(({ subject }) => subject === id);
}

describe('a change', () => {
  it('retry makes a new attempt at once, and keeps the hold', async () => {
    const { id, attempt } = await stage.make('payout_failed');
    const before = await balances(id);
    const { status, body } = await stage.change(id, 'retry', 'k-retry');
    expect([status, body]).toEqual([202, { ...SUCCESS, attempt: attempt.replace(/_1$/, '_2') }]);
    expect(await stage.stateOf(id)).toBe('payout_pending');
    expect(await balances(id)).toEqual(before);
    await stage.pass(3 * SECOND);
    expect(await stage.stateOf(id)).toBe('payout_submitted');
    await stage.pass(18 * SECOND);
    expect(await stage.stateOf(id)).toBe('processing');
    await stage.pass(HOUR);
    expect(await stage.stateOf(id)).toBe('paid');
    const { rows } = await stage.finance.pool.query<{ seconds: number }>(
      `select extract(epoch from t.final_at - a.created_at)::int as seconds from finance.transactions t
         join finance.payout_attempts a on a.transaction_id = t.id where t.id = $1 order by a.created_at desc limit 1`,
      [id],
    );
    expect(rows[0]!.seconds).toBe(90);
    expect(await balances(id)).toEqual([before[0], before[1] - 125.5]);
    await inAgreement();
  });

  it('mark-paid burns the hold once', async () => {
    const { id } = await stage.make('payout_failed');
    const [available, held] = await balances(id);
    expect((await stage.change(id, 'mark-paid', 'k-paid')).body).toEqual(SUCCESS);
    expect((await stage.change(id, 'mark-paid', 'k-paid-2')).status).toBe(409);
    expect([await stage.stateOf(id), await balances(id)]).toEqual(['paid', [available, held - 125.5]]);
    await inAgreement();
  });

  it('reject gives amount and fees back', async () => {
    const { id } = await stage.make('payout_failed');
    const [available, held] = await balances(id);
    expect((await stage.change(id, 'reject', 'k-reject')).status).toBe(202);
    const after = await balances(id);
    expect([await stage.stateOf(id), after[1]]).toEqual(['rejected', held - 125.5]);
    expect(after[0]).toBeGreaterThanOrEqual(available + 125.5);
    await inAgreement();
  });

  it('is an effect with amount and currency', async () => {
    const { id } = await stage.make('payout_failed', { currency: 'KWD', amount: '7.105' });
    await stage.change(id, 'retry', 'k-effect');
    expect(await effectsOf(id)).toEqual([
      { at: stage.clock.now().toISOString(), action: 'retry', subject: id, amount: '7.105', currency: 'KWD' },
    ]);
  });
});

describe('a key', () => {
  it('gets the same answer again, and changes nothing', async () => {
    const { id } = await stage.make('payout_failed');
    const first = await stage.change(id, 'retry', 'k-again');
    await stage.pass(5 * 60 * SECOND);
    const second = await stage.change(id, 'retry', 'k-again');
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect(await effectsOf(id)).toHaveLength(1);
  });

  it('gets the same refusal again, though it is over', async () => {
    const { id } = await stage.make('payout_failed', { age: '10s' });
    const first = await stage.change(id, 'retry', 'k-refused');
    expect(first.body).toMatchObject({ fault: 'cooldown_running' });
    await stage.pass(2 * 60 * SECOND);
    const second = await stage.change(id, 'retry', 'k-refused');
    expect([second.status, second.body]).toEqual([429, first.body]);
    expect((await stage.change(id, 'retry', 'k-anew')).status).toBe(202);
  });

  it('is refused for another body or route', async () => {
    const { id } = await stage.make('payout_failed');
    await stage.change(id, 'retry', 'k-other');
    const body = '{"reason":"another"}';
    for (const reply of [
      await stage.change(id, 'retry', 'k-other', { body }),
      await stage.change(id, 'reject', 'k-other'),
      await stage.change('tx_other', 'retry', 'k-other'),
    ])
      expect([reply.status, reply.body]).toMatchObject([409, { code: 'key_reused' }]);
    expect(await effectsOf(id)).toHaveLength(1);
  });

  it('has one effect when it comes twenty times at once', async () => {
    const { id } = await stage.make('payout_failed');
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => stage.change(id, 'retry', 'k-together')),
    );
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]!.status).toBe(202);
    expect(await effectsOf(id)).toHaveLength(1);
  });

  it('of each of twenty at once is answered, and one is accepted', async () => {
    const { id } = await stage.make('payout_failed');
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => stage.change(id, 'retry', `k-each-${index}`)),
    );
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      202,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    expect(await effectsOf(id)).toHaveLength(1);
  });

  it('is forgotten after a day, its operation is not', async () => {
    const { id } = await stage.make('payout_failed', { age: '10s' });
    expect((await stage.change(id, 'retry', 'k-old')).status).toBe(429);
    await stage.pass(25 * HOUR);
    expect((await stage.get('/v1/operations/k-old')).body).toMatchObject({
      idempotency_key: 'k-old',
      status: 'refused',
      code: 'cooldown_running',
    });
    expect((await stage.change(id, 'retry', 'k-old')).status).toBe(202);
  });
});

describe('refusals', () => {
  const set = async (table: string, value: string, where: string, key: string) =>
    await stage.finance.pool.query(`update finance.${table} set status = $1 where ${where} = $2`, [
      value,
      key,
    ]);

  it('say what is missing', async () => {
    const { id } = await stage.make('payout_failed');
    expect((await stage.change(id, 'retry', null)).body).toMatchObject({ errors: [{ code: 'key_missing' }] });
    const longKey = await stage.change(id, 'retry', 'k'.repeat(256));
    expect(longKey.body).toMatchObject({ errors: [{ code: 'key_too_long' }] });
    const noReason = await stage.change(id, 'retry', 'k-1', { body: '{"reason":" "}' });
    expect([noReason.status, noReason.body]).toMatchObject([400, { errors: [{ code: 'reason_missing' }] }]);
    const noToken = await stage.change(id, 'retry', 'k-2', { token: 'Bearer wrong' });
    expect([noToken.status, noToken.body]).toMatchObject([401, { error: { code: 'unauthorised' } }]);
    expect((await stage.get('/v1/payouts/x')).status).toBe(404);
    expect(await effectsOf(id)).toEqual([]);
  });

  it('know no such payout, and no such operation', async () => {
    const reply = await stage.change('tx_none', 'retry', 'k-3');
    expect([reply.status, reply.body]).toMatchObject([404, { code: 'payout_not_found' }]);
    const operation = await stage.get('/v1/operations/k-none');
    expect([operation.status, operation.body]).toMatchObject([404, { code: 'operation_not_found' }]);
  });

  it.each(['requested', 'payout_pending', 'processing', 'paid', 'rejected'])(
    'let nobody retry what is %s',
    async (state) => {
      const { id } = await stage.make(state);
      const reply = await stage.change(id, 'retry', `k-state-${state}`);
      expect([reply.status, reply.body]).toMatchObject([409, { code: 'wrong_state' }]);
    },
  );

  it('name the cooldown, and how long it is', async () => {
    const { id } = await stage.make('payout_failed', { age: '20s' });
    const reply = await stage.change(id, 'retry', 'k-cooldown');
    expect([reply.status, reply.body]).toMatchObject([429, { fault: 'cooldown_running' }]);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(30);
  });

  it('stop at three attempts', async () => {
    const { id } = await stage.make('payout_failed');
    for (const nth of [1, 2]) {
      const { body } = await stage.change(id, 'retry', `k-limit-${nth}`);
      await stage.tell({ attempt: (body as { attempt: string }).attempt, answer: 'fail', after: '30s' });
      await stage.pass(2 * 60 * SECOND);
      expect(await stage.stateOf(id)).toBe('payout_failed');
    }
    const reply = await stage.change(id, 'retry', 'k-limit-3');
    expect([reply.status, reply.body]).toMatchObject([422, { type: 'attempts_exhausted' }]);
    expect(reply.headers.get('content-type')).toContain('problem+json');
  });

  it('stop for an account that is not active', async () => {
    const { id } = await stage.make('payout_failed');
    const { rows } = await stage.finance.pool.query<{ account_id: string }>(
      'select account_id from finance.transactions where id = $1',
      [id],
    );
    await set('accounts', 'suspended', 'account_id', rows[0]!.account_id);
    const reply = await stage.change(id, 'retry', 'k-blocked');
    expect([reply.status, reply.body]).toMatchObject([403, { error: { code: 'account_blocked' } }]);
  });

  it('stop for a provider that takes nothing', async () => {
    const { id } = await stage.make('payout_failed', { provider: 'mavi-wire' });
    await set('providers', 'stopped', 'provider', 'mavi-wire');
    const reply = await stage.change(id, 'retry', 'k-stopped');
    await set('providers', 'active', 'provider', 'mavi-wire');
    expect([reply.status, reply.body]).toMatchObject([422, { type: 'provider_stopped' }]);
  });
});

describe('a payment of life itself', () => {
  async function approvedByLife(): Promise<{ id: string }[]> {
    const { rows } = await stage.finance.pool.query<{ id: string }>(
      `select id from finance.transactions t where state in ('requested', 'approved')
          and not exists (select from sandbox.hand_made h where h.transaction_id = t.id)`,
    );
    return rows;
  }

  it('stays whole beside changes over the API', async () => {
    let rows = await approvedByLife();
    while (rows.length === 0) {
      await stage.pass(10 * 60 * SECOND);
      rows = await approvedByLife();
    }
    for (const { id } of rows) expect((await stage.change(id, 'reject', `k-life-${id}`)).status).toBe(202);
    await stage.pass(6 * HOUR);
    for (const { id } of rows) expect(await stage.stateOf(id)).toBe('rejected');
    await inAgreement();
  });
});

it('calls and effects outlive the platform, in order', async () => {
  const before = [await stage.platform.calls(), await stage.platform.effects()];
  await stage.restart();
  expect([await stage.platform.calls(), await stage.platform.effects()]).toEqual(before);
  expect(before[0]!.length).toBeGreaterThan(60);
});

it('a lookup tells what became of a retry', async () => {
  const { id } = await stage.make('payout_failed');
  const { body } = await stage.change(id, 'retry', 'k/with slash');
  const { attempt } = body as { attempt: string };
  const looked = await stage.get(`/v1/operations/${encodeURIComponent('k/with slash')}`);
  expect([looked.status, looked.body]).toMatchObject([
    200,
    { idempotency_key: 'k/with slash', payout: id, status: 'accepted', attempt },
  ]);
  expect((await stage.platform.calls()).slice(-2)).toMatchObject([
    { action: 'retry', subject: id, idempotency_key: 'k/with slash', status: 202 },
    { action: 'lookup', subject: id, idempotency_key: null, status: 200 },
  ]);
});
