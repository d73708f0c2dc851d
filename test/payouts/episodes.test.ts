import { expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { useGround } from './ground.ts';

const ground = useGround();
const MINUTE_MS = 60_000;

test('a failed payout is told at once', async () => {
  await ground.add('t1', { since: 1 });
  await ground.check();
  const payout = await ground.only('t1');
  expect(payout).toMatchObject({
    paymentState: 'payout_failed',
    rule: 'R23',
    amountMinor: 4550n,
    accountId: 'acc_t1',
    errorCode: 'declined',
    groupId: null,
    attempts: [{ attemptId: 't1-1', status: 'failed', reference: 'ref-t1-1', answer: 'failed' }],
  });
  expect(await ground.cards()).toEqual([{ kind: 'payout', subject: payout.id, version: 1 }]);
});

test('a payout under way counts as stuck after 30 min', async () => {
  await ground.add('t1', { state: 'processing', since: 30 });
  await ground.check();
  expect(await ground.payouts()).toEqual([]);
  ground.clock.advance(1);
  await ground.check();
  expect(await ground.only('t1')).toMatchObject({ rule: 'R19', class: 'LOW', action: 'recheck' });
});

test('looks that see nothing new leave the message alone', async () => {
  await ground.add('t1', { since: 10 });
  for (let count = 0; count < 4; count += 1) {
    await ground.check();
    ground.clock.advance(5 * MINUTE_MS);
  }
  expect(await ground.payouts()).toHaveLength(1);
  expect((await ground.cards())[0]?.version).toBe(1);
  const { lookedAt, offerUntil } = await ground.only('t1');
  expect(lookedAt.getTime()).toBe(ground.clock.now().getTime() - 5 * MINUTE_MS);
  expect(offerUntil!.getTime()).toBe(lookedAt.getTime() + 15 * MINUTE_MS);
});

test('an episode is over when the payout is paid', async () => {
  await ground.add('t1', { state: 'processing', since: 45 });
  await ground.check();
  ground.clock.advance(MINUTE_MS);
  await ground.move('t1', 'paid', { n: 1, status: 'succeeded' });
  const paidAt = ground.clock.now();
  ground.clock.advance(4 * MINUTE_MS);
  await ground.check();
  expect(await ground.payouts('t1')).toMatchObject([
    {
      state: 'over',
      overHow: 'paid',
      movedAt: paidAt,
      overAt: ground.clock.now(),
      paymentState: 'paid',
      offersRetry: false,
      attempts: [{ status: 'succeeded' }],
    },
  ]);
  expect((await ground.cards())[0]?.version).toBe(2);
  expect(await ground.findings('t1')).toMatchObject([{ state: 'resolved' }]);
  const seen = (await ground.actions()).filter((action) => action.startsWith('payout.'));
  expect(seen.slice(-2)).toEqual(['payout.seen', 'payout.over']);
  expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
});

test.each([
  ['rejected', 'given_back'],
  ['canceled', 'given_back'],
  ['processing', 'moved'],
  ['requested', 'moved'],
])('a failed payout that is %s then ends as %s', async (state, how) => {
  await ground.add('t1');
  await ground.check();
  await ground.move('t1', state);
  await ground.check();
  expect(await ground.payouts('t1')).toMatchObject([{ state: 'over', overHow: how }]);
});

test('a payment that is there no more ends as gone', async () => {
  await ground.add('t1');
  await ground.check();
  await ground.finance.pool.query('delete from finance.transactions');
  ground.clock.advance(61 * MINUTE_MS);
  await ground.check();
  expect(await ground.payouts('t1')).toMatchObject([{ overHow: 'gone', movedAt: null }]);
});

test('a view that is empty for a moment ends nothing', async () => {
  await ground.add('t1');
  await ground.check();
  await ground.finance.pool.query('create table finance.kept as select * from finance.transactions');
  await ground.finance.pool.query('delete from finance.transactions');
  ground.clock.advance(5 * MINUTE_MS);
  await ground.check();
  await ground.finance.pool.query('insert into finance.transactions select * from finance.kept');
  await ground.finance.pool.query('drop table finance.kept');
  await ground.check();
  expect(await ground.payouts('t1')).toMatchObject([{ state: 'open' }]);
  expect(await ground.cards('payout')).toHaveLength(1);
});

test('one whose hold has burned goes on, and offers nothing', async () => {
  await ground.add('t1');
  await ground.check();
  await ground.finance.pool.query(
    `insert into finance.ledger_entries (id, transaction_id, tenant_id, account_id, currency, event, delta_available,
            delta_held, created_at)
     select 'le_t1', id, tenant_id, account_id, currency, 'withdrawal_paid', 0, -amount, $1 from finance.transactions
      where id = 't1'`,
    [ground.clock.now()],
  );
  await ground.check();
  expect(await ground.payouts('t1')).toMatchObject([
    { state: 'open', offersRetry: false, reasons: ['burned'], burns: 1 },
  ]);
});

test('another failure is another episode and message', async () => {
  await ground.add('t1', { since: 20 });
  await ground.check();
  ground.clock.advance(5 * MINUTE_MS);
  await ground.move('t1', 'payout_failed');
  await ground.finance.pool.query(
    `insert into finance.payout_attempts select 't1-2', transaction_id, provider, 'ref-2', status, error_code, $1, $1
       from finance.payout_attempts`,
    [ground.clock.now()],
  );
  await ground.check();
  expect(await ground.payouts('t1')).toMatchObject([
    { state: 'over', overHow: 'moved' },
    { state: 'open', attempts: [{}, { attemptId: 't1-2' }] },
  ]);
  expect(await ground.cards('payout')).toHaveLength(2);
});

test('one that is stuck and then fails stays one episode', async () => {
  await ground.add('t1', { state: 'processing', since: 45 });
  await ground.check();
  await ground.move('t1', 'payout_failed', { n: 1, status: 'failed' });
  await ground.check();
  expect(await ground.payouts('t1')).toMatchObject([{ state: 'open', rule: 'R23' }]);
});

test('payments of one id at two tenants are two payouts', async () => {
  await ground.add('t1', { tenant: 'anadolu' });
  await ground.check();
  const [payout] = await ground.payouts('t1');
  await ground.finance.pool.query(`update finance.transactions set tenant_id = 'another'`);
  ground.clock.advance(61 * MINUTE_MS);
  await ground.look('t1', 'anadolu');
  expect(await ground.payouts('t1')).toMatchObject([{ id: payout?.id, overHow: 'gone' }]);
  await ground.look('t1', 'another');
  expect(await ground.payouts('t1')).toMatchObject([{ tenantId: 'anadolu' }, { tenantId: 'another' }]);
});

test('who read the money earlier changes nothing', async () => {
  await ground.add('t1', { state: 'processing', since: 45 });
  await ground.check();
  // While the providers are asked, somebody looks at it, later than this look will have read the money anew.
  await ground.move('t1', 'paid');
  await ground.ours.pool.query(`update payouts set looked_at = $1`, [
    new Date(ground.clock.now().getTime() + MINUTE_MS),
  ]);
  await ground.check();
  expect(await ground.payouts('t1')).toMatchObject([{ state: 'open' }]);
  expect(await ground.findings('t1')).toMatchObject([{ state: 'open' }]);
});
