import { expect, test } from 'vitest';
import { useGround } from './ground.ts';

const ground = useGround();

test.each([
  `update finance.transactions set amount = 'NaN' where id = 'bad'`,
  `update finance.transactions set amount = 1e60 where id = 'bad'`,
  `update finance.transactions set amount = 1e33 where id = 'bad'`,
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

test.each(['NaN', '1e60'])('a deposit of %s costs payouts nothing', async (amount) => {
  await ground.finance.pool.query(
    `insert into finance.transactions (id, tenant_id, account_id, kind, state, amount, currency, created_at, requested_at,
            state_since, updated_at)
     select 'd1', 'anadolu', 'a', 'deposit', 'pending_provider', 10, 'USD', t, t, t, t
       from (select $1::timestamptz - interval '2 hours' as t) at`,
    [ground.clock.now()],
  );
  await ground.check();
  ground.clock.advance(60_000);
  await ground.finance.pool.query(`update finance.transactions set amount = $1`, [amount]);
  await ground.add('good');
  await ground.check();
  await ground.only('good');
  const { rows } = await ground.ours.pool.query(`select family, state from findings order by family`);
  expect(rows).toEqual([
    { family: 'deposit', state: 'open' },
    { family: 'payout', state: 'open' },
  ]);
});

test('error codes that are pages of text still make one message', async () => {
  const page = Array.from({ length: 4_000 }, (_, index) => ((index * 7_919) % 65_521).toString(36)).join(
    '😀',
  );
  for (const n of [1, 2, 3, 4, 5, 6]) await ground.add(`p${n}`, { errorCode: page });
  await ground.check();
  expect(await ground.cards()).toMatchObject([{ kind: 'payout_group' }]);
});

test('an entry of the ledger that nobody knows may be a burn: no retry is offered', async () => {
  await ground.add('p');
  await ground.finance.pool.query(
    `insert into finance.ledger_entries (id, transaction_id, tenant_id, account_id, currency, event, created_at)
     values ('l', 'p', 'anadolu', 'acc_p', 'USD', 'payout_settled_v2', $1)`,
    [ground.clock.now()],
  );
  await ground.check();
  expect(await ground.only('p')).toMatchObject({ offersRetry: false, reasons: ['ledger_unknown'] });
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

test('an account or a provider with two rows is what the worse one says', async () => {
  const { pool } = ground.finance;
  // A view keeps no keys.
  for (const table of ['accounts', 'providers'])
    await pool.query(`alter table finance.${table} drop constraint ${table}_pkey`);
  await ground.add('p');
  await pool.query(
    `insert into finance.accounts (tenant_id, account_id, status) values ('anadolu', 'acc_p', 'frozen')`,
  );
  await pool.query(
    `insert into finance.providers (provider, status, lag_days) values ('kuzey-pay', 'stopped', 1)`,
  );
  await ground.check();
  expect(await ground.only('p')).toMatchObject({ reasons: ['account_inactive', 'provider_stopped'] });
});
