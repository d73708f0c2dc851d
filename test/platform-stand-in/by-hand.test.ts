import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disagreements } from '../data/invariants.ts';
import { openPlatformStage, type PlatformStage } from '../support/platform.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const REASON = 'the bank has paid it out';
const plain = JSON.stringify({ reason: REASON, override: '' });
const waiving = JSON.stringify({ reason: REASON, override: 'b7c0f2c4-2b1c-4c57-8f5e-7a5b1c3d9e20' });

let stage: PlatformStage;
beforeAll(async () => {
  stage = await openPlatformStage();
});
afterAll(() => stage.close());

async function attemptsOf(id: string): Promise<string[]> {
  const { rows } = await stage.finance.pool.query<{ status: string }>(
    'select status from finance.payout_attempts where transaction_id = $1 order by created_at, id',
    [id],
  );
  return rows.map(({ status }) => status);
}

async function heldOf(id: string): Promise<number> {
  const { rows } = await stage.finance.pool.query<{ held: string }>(
    `select w.held from finance.transactions t join finance.wallets w using (tenant_id, account_id, currency)
      where t.id = $1`,
    [id],
  );
  return Number(rows[0]!.held);
}

/** Payments of other tests may wait; money may not differ. */
async function inAgreement(): Promise<void> {
  const found = await disagreements(stage.finance.pool, stage.clock.now());
  expect(found.filter((line) => !/^(failed payout waits|stuck|attempt open too long)/.test(line))).toEqual(
    [],
  );
}

/** A failed payout whose three attempts are all dead. */
async function exhausted(): Promise<string> {
  const { id } = await stage.make('payout_failed');
  for (const nth of [1, 2]) {
    const { body } = await stage.change(id, 'retry', `${id}-${nth}`);
    await stage.tell({ attempt: (body as { attempt: string }).attempt, answer: 'fail', after: '30s' });
    await stage.pass(120 * SECOND);
  }
  return id;
}

describe('mark-paid', () => {
  it.each([
    ['payout_pending', []],
    ['payout_submitted', ['succeeded']],
    ['processing', ['succeeded']],
  ])('burns the hold of what is %s once, whatever was planned', async (state, attempts) => {
    const { id } = await stage.make(state);
    const held = await heldOf(id);
    expect((await stage.change(id, 'mark-paid', `k-${state}`, { body: plain })).status).toBe(202);
    expect([await stage.stateOf(id), await attemptsOf(id), await heldOf(id)]).toEqual([
      'paid',
      attempts,
      held - 125.5,
    ]);
    await stage.pass(2 * HOUR);
    expect([await stage.stateOf(id), await attemptsOf(id), await heldOf(id)]).toEqual([
      'paid',
      attempts,
      held - 125.5,
    ]);
    await inAgreement();
  });

  it('ends what was planned for the attempt of a retry', async () => {
    const { id } = await stage.make('payout_failed');
    const { body } = await stage.change(id, 'retry', 'k-planned');
    await stage.tell({ attempt: (body as { attempt: string }).attempt, answer: 'fail', after: '10m' });
    await stage.pass(25 * SECOND);
    expect((await stage.change(id, 'mark-paid', 'k-planned-paid')).status).toBe(202);
    expect(await attemptsOf(id)).toEqual(['failed', 'succeeded']);
    const { rows } = await stage.finance.pool.query('select from sandbox.agenda where transaction_id = $1', [
      id,
    ]);
    expect(rows).toEqual([]);
    await stage.pass(HOUR);
    expect([await stage.stateOf(id), await attemptsOf(id)]).toEqual(['paid', ['failed', 'succeeded']]);
    await inAgreement();
  });

  it.each(['requested', 'approved', 'paid', 'rejected', 'canceled'])(
    'is refused for what is %s',
    async (state) => {
      const { id } = await stage.make(state);
      const reply = await stage.change(id, 'mark-paid', `k-no-${state}`);
      expect([reply.status, reply.body]).toMatchObject([409, { code: 'wrong_state' }]);
    },
  );
});

it('a payment of life itself stays as it was marked', async () => {
  const underWay = async () => {
    const { rows } = await stage.finance.pool.query<{ id: string }>(
      `select id from finance.transactions t where state in ('payout_pending', 'payout_submitted', 'processing')
          and not exists (select from sandbox.hand_made h where h.transaction_id = t.id)`,
    );
    return rows;
  };
  let rows = await underWay();
  while (rows.length === 0) {
    await stage.pass(5 * 60 * SECOND);
    rows = await underWay();
  }
  for (const { id } of rows) expect((await stage.change(id, 'mark-paid', `k-life-${id}`)).status).toBe(202);
  await stage.pass(6 * HOUR);
  for (const { id } of rows) expect(await stage.stateOf(id)).toBe('paid');
  await inAgreement();
});

describe('a retry that names an override', () => {
  it('is made above the number of attempts', async () => {
    const id = await exhausted();
    expect((await stage.change(id, 'retry', 'k-plain', { body: plain })).body).toMatchObject({
      type: 'attempts_exhausted',
    });
    const blank = JSON.stringify({ reason: REASON, override: ' ' });
    expect((await stage.change(id, 'retry', 'k-blank', { body: blank })).status).toBe(422);
    const { status, body } = await stage.change(id, 'retry', 'k-waived', { body: waiving });
    expect([status, body]).toMatchObject([202, { attempt: expect.stringMatching(/_4$/) }]);
    expect(await attemptsOf(id)).toHaveLength(4);
    await stage.pass(HOUR);
    expect(await stage.stateOf(id)).toBe('paid');
    await inAgreement();
  });

  it('waives the number of attempts and nothing else', async () => {
    const fresh = await stage.make('payout_failed', { age: '10s' });
    expect((await stage.change(fresh.id, 'retry', 'k-cool', { body: waiving })).body).toMatchObject({
      fault: 'cooldown_running',
    });
    const open = await stage.make('processing');
    expect((await stage.change(open.id, 'retry', 'k-open', { body: waiving })).body).toMatchObject({
      code: 'wrong_state',
    });
    const id = await exhausted();
    const { rows } = await stage.finance.pool.query<{ account_id: string }>(
      `update finance.accounts set status = 'suspended'
        where account_id = (select account_id from finance.transactions where id = $1) returning account_id`,
      [id],
    );
    expect(rows).toHaveLength(1);
    expect((await stage.change(id, 'retry', 'k-barred', { body: waiving })).body).toMatchObject({
      error: { code: 'account_blocked' },
    });
  });

  it('has one effect for one key', async () => {
    const id = await exhausted();
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => stage.change(id, 'retry', 'k-once', { body: waiving })),
    );
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await attemptsOf(id)).toHaveLength(4);
  });
});
