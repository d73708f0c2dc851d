import { expect, test } from 'vitest';
import { decideGroups, type GroupCause } from '../../src/payouts/group-rules.ts';
import { loadGroup } from '../../src/payouts/load-group.ts';
import { useGround } from './ground.ts';

const ground = useGround();

const NOTHING = { groups: new Set<string>(), singles: new Map<string, number>() };
const causes = (count: number, of: (index: number) => Partial<GroupCause>): GroupCause[] =>
  Array.from({ length: count }, (_, index) => ({ rule: 'R23', provider: 'p', errorCode: 'e', ...of(index) }));

async function addMany(count: number, first = 1, given = {}): Promise<void> {
  for (let n = first; n < first + count; n += 1) await ground.add(`t${n}`, given);
}

test('five of one cause have messages of their own', async () => {
  await addMany(5);
  await ground.check();
  expect((await ground.cards()).map(({ kind }) => kind)).toEqual(Array(5).fill('payout'));
});

test('six of one cause share a message', async () => {
  await addMany(6);
  await ground.check();
  const [group] = await ground.cards();
  expect(await ground.cards()).toMatchObject([{ kind: 'payout_group' }]);
  expect(await loadGroup(ground.ours.pool, group!.subject, ground.policy)).toMatchObject({
    group: { rule: 'R23', provider: 'kuzey-pay', errorCode: 'declined', state: 'open' },
    open: 6,
    total: 6,
    retrySafe: 6,
    high: 0,
    perCurrency: [{ currency: 'USD', amountMinor: 27_300n, count: 6 }],
    reportingMinor: 27_300n,
    withoutRate: 0,
  });
});

test('those that have a message keep it when more come', async () => {
  await addMany(4);
  await ground.check();
  await addMany(3, 5);
  await ground.check();
  expect((await ground.cards()).map(({ kind }) => kind).toSorted()).toEqual([
    ...Array<string>(4).fill('payout'),
    'payout_group',
  ]);
  await addMany(1, 8);
  await ground.check();
  expect(await ground.cards('payout_group')).toMatchObject([{ version: 2 }]);
});

test('another cause is another message', async () => {
  await addMany(5);
  await addMany(5, 6, { errorCode: 'limit' });
  await addMany(5, 11, { provider: 'bati' });
  await ground.check();
  expect(await ground.cards('payout')).toHaveLength(15);
});

test('a group is over when all of its payouts are', async () => {
  await addMany(6);
  await ground.check();
  const [card] = await ground.cards();
  for (let n = 1; n <= 5; n += 1) await ground.move(`t${n}`, 'paid');
  await ground.check();
  const load = () => loadGroup(ground.ours.pool, card!.subject, ground.policy);
  expect(await load()).toMatchObject({ group: { state: 'open' }, open: 1, total: 6, paid: 5 });
  await ground.move('t6', 'rejected');
  await ground.check();
  expect(await load()).toMatchObject({ group: { state: 'over', overAt: ground.clock.now() }, open: 0 });
  await addMany(6, 7);
  await ground.check();
  expect(await ground.cards('payout_group')).toHaveLength(2);
});

test('error codes of any number make 20 groups at most', () => {
  const { alone, together } = decideGroups(
    causes(600, (index) => ({ errorCode: `e${index % 100}` })),
    NOTHING,
    6,
  );
  expect(alone).toEqual([]);
  expect(together).toHaveLength(21);
  expect(together.at(-1)).toMatchObject({ cause: { provider: 'p', errorCode: '*' } });
  expect(together.reduce((sum, { members }) => sum + members.length, 0)).toBe(600);
});

test('providers of any number make 40 groups and one', () => {
  const { together } = decideGroups(
    causes(6_000, (index) => ({ errorCode: `e${index % 1_000}`, provider: `p${index % 1_000}` })),
    NOTHING,
    6,
  );
  expect(together).toHaveLength(41);
  expect(together.at(-1)?.cause).toEqual({ rule: 'R23', provider: '*', errorCode: '*' });
});

test('payouts of which each has its own code make 50 messages', () => {
  const { alone, together } = decideGroups(
    causes(10_000, (index) => ({ errorCode: `id-${index}` })),
    NOTHING,
    6,
  );
  expect(alone).toHaveLength(50);
  expect(together).toMatchObject([{ cause: { rule: 'R23', provider: 'p', errorCode: '*' } }]);
  const singles = new Map(alone.map((each) => [JSON.stringify(['R23', 'p', each.errorCode]), 1]));
  const later = decideGroups(
    causes(5, (index) => ({ errorCode: `new-${index}` })),
    { groups: new Set(), singles },
    6,
  );
  expect(later.alone).toEqual([]);
});
