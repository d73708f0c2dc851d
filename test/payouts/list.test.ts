import { expect, test } from 'vitest';
import { findPayout } from '../../src/payouts/find-payout.ts';
import { listPayouts } from '../../src/payouts/list-payouts.ts';
import { loadDetail } from '../../src/payouts/load-payout.ts';
import { NO_FILTER, type PayoutFilter } from '../../src/payouts/types.ts';
import { useGround } from './ground.ts';

const ground = useGround();
const list = (filter: Partial<PayoutFilter> = {}, page = 1) =>
  listPayouts(ground.ours.pool, ground.policy, ground.clock.now(), {
    filter: { ...NO_FILTER, ...filter },
    page,
  });
const idsOf = async (filter: Partial<PayoutFilter> = {}, page = 1) =>
  (await list(filter, page)).payouts.map(({ transactionId }) => transactionId);

async function fill(): Promise<void> {
  await ground.add('failed', { since: 10, amount: '2000' });
  await ground.add('old', { state: 'processing', since: 130, provider: 'bati' });
  await ground.add('stuck', { state: 'payout_submitted', since: 50, currency: 'EUR', amount: '7.10' });
  await ground.add('theirs', { since: 20, tenant: 'nobody', amount: '10' });
  await ground.check();
}

test('the list has HIGH ones first, then the oldest', async () => {
  await fill();
  const model = await list();
  expect(model.payouts.map(({ transactionId }) => transactionId)).toEqual([
    'old',
    'stuck',
    'theirs',
    'failed',
  ]);
  expect(model).toMatchObject({
    page: 1,
    pages: 1,
    count: 4,
    all: 4,
    perCurrency: [
      { currency: 'USD', amountMinor: 205_550n, count: 3 },
      { currency: 'EUR', amountMinor: 710n, count: 1 },
    ],
    choices: {
      providers: ['bati', 'kuzey-pay'],
      states: ['payout_failed', 'payout_submitted', 'processing'],
    },
    payouts: [{ class: 'HIGH', underWay: false }, {}, {}, {}],
  });
  expect(model.choices.tenants.map(({ id }) => id)).toEqual(['anadolu', 'nobody']);
});

test('the list is filtered by each part, and by all', async () => {
  await fill();
  expect(await idsOf({ provider: 'bati' })).toEqual(['old']);
  expect(await idsOf({ state: 'payout_failed' })).toEqual(['theirs', 'failed']);
  expect(await idsOf({ state: 'stuck' })).toEqual(['old', 'stuck']);
  expect(await idsOf({ ageMinutes: 50 })).toEqual(['old', 'stuck']);
  expect(await idsOf({ amountFrom: 10 })).toEqual(['old', 'theirs', 'failed']);
  expect(await idsOf({ tenant: 'nobody' })).toEqual(['theirs']);
  expect(await idsOf({ state: 'stuck', provider: 'kuzey-pay', ageMinutes: 60 })).toEqual([]);
  expect(await list({ provider: 'none' })).toMatchObject({ count: 0, pages: 1, all: 4 });
});

test('the list has ten a page, and no page beyond', async () => {
  for (let n = 10; n < 35; n += 1) await ground.add(`t${n}`, { since: 100 - n });
  await ground.check();
  expect(await list({}, 2)).toMatchObject({ page: 2, pages: 3, count: 25 });
  expect(await idsOf({}, 1)).toHaveLength(10);
  expect(await idsOf({}, 3)).toEqual(['t30', 't31', 't32', 't33', 't34']);
  expect(await list({}, 9)).toMatchObject({ page: 3 });
  const [{ groupId } = { groupId: null }] = await ground.payouts();
  expect(await list({ group: groupId })).toMatchObject({ count: 25 });
  await ground.add('other', { errorCode: 'limit' });
  await ground.check();
  expect(await list({ group: groupId })).toMatchObject({ count: 25, all: 26 });
});

test('a payout is found by whatever somebody types', async () => {
  await ground.add('t1');
  await ground.check();
  const { id } = await ground.only('t1');
  for (const typed of ['t1', ' t1 ', id, id.toUpperCase(), 'ref-t1-1', 't1-1'])
    expect(await findPayout(ground.ours.pool, typed)).toBe(id);
  for (const typed of ['', 't2', '%', "'; drop", '\0', 'x'.repeat(5_000)])
    expect(await findPayout(ground.ours.pool, typed)).toBe(null);
  await ground.move('t1', 'paid');
  await ground.check();
  expect(await findPayout(ground.ours.pool, 't1')).toBe(id);
});

test('details of nothing are nothing', async () => {
  const { policy, platform, ours } = ground;
  for (const id of ['', 'garbage', '00000000-0000-4000-8000-000000000000'])
    expect(await loadDetail(ours.pool, id, { policy, platform })).toBe(null);
});
