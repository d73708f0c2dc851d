import { expect, test } from 'vitest';
import { useGround } from './ground.ts';

const ground = useGround();

test.each([
  `update finance.transactions set amount = 'NaN' where id = 'bad'`,
  `update finance.transactions set amount = 1e60 where id = 'bad'`,
  `update finance.transactions set requested_at = '-infinity' where id = 'bad'`,
  `update finance.payout_attempts set created_at = 'infinity' where transaction_id = 'bad'`,
])('a row that can not be read costs the others nothing (%#)', async (spoil) => {
  await ground.add('bad');
  await ground.check();
  await ground.finance.pool.query(spoil);
  await ground.add('good');
  ground.clock.advance(60_000);
  await ground.check();
  expect(await ground.only('good')).toMatchObject({ offersRetry: true });
  // Nobody knows what became of it: it stays as it was.
  expect(await ground.only('bad')).toMatchObject({ state: 'open', amountMinor: 4550n });
  expect(await ground.findings('bad')).toMatchObject([{ state: 'open' }]);
});

test('a deposit that can not be read costs payouts nothing', async () => {
  await ground.finance.pool.query(
    `insert into finance.transactions (id, tenant_id, account_id, kind, state, amount, currency, created_at, requested_at,
            state_since, updated_at)
     select 'd1', 'anadolu', 'a', 'deposit', 'pending_provider', 10, 'USD', t, t, t, t
       from (select $1::timestamptz - interval '2 hours' as t) at`,
    [ground.clock.now()],
  );
  await ground.check();
  ground.clock.advance(60_000);
  await ground.finance.pool.query(`update finance.transactions set amount = 'NaN'`);
  await ground.add('good');
  await ground.check();
  await ground.only('good');
  const { rows } = await ground.ours.pool.query(`select family, state from findings order by family`);
  expect(rows).toEqual([
    { family: 'deposit', state: 'open' },
    { family: 'payout', state: 'open' },
  ]);
});

test('what others wrote is kept as it is', async () => {
  const text = `'; drop table payouts; -- <!channel> *x* 😀 \u202e {"a":1}`;
  await ground.add(text, { errorCode: text, provider: text });
  await ground.check();
  expect(await ground.only(text)).toMatchObject({
    errorCode: text,
    provider: text,
    reasons: ['provider_unknown'],
  });
});
