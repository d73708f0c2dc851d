import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { adoptOpening } from '../../src/findings/adopt-opening.ts';
import { hashOfSet } from '../../src/findings/adoption-rules.ts';
import { listUnadopted } from '../../src/findings/adoption-store.ts';
import type { ActingPerson } from '../../src/findings/act-types.ts';
import { newId } from '../../src/ids.ts';
import { makeFindingsHouse, person, sweep, type FindingsHouse } from './house.ts';
import { observation } from './observation.ts';

const OPS1 = person('U00000OPS1', 'ops1');
const LEAD1 = person('U00000LED1', 'lead1');
const START = { startAt: new Date('2026-01-14T12:00:00Z') };
const OLD = ['a', 'b'].map((id) => observation({ id }));

let house: FindingsHouse;
beforeAll(async () => {
  house = await makeFindingsHouse();
});
beforeEach(async () => {
  await sweep(house);
  await house.run(OLD, START);
});
afterAll(() => house.ours.drop());

const shown = async () => hashOfSet(await listUnadopted(house.ours.pool));
const adopt = async (who: ActingPerson, set?: string) =>
  adoptOpening(house.deps, house.clock.now(), {
    person: who,
    requestId: newId(),
    shown: set ?? (await shown()),
  });
const adopted = () =>
  house.rows<{ adopted: number }>('select count(adopted_at)::int as adopted from findings');

test('two people take the opening balance over', async () => {
  expect(await adopt(OPS1)).toEqual({ ok: true, step: 'first', count: 2 });
  expect(await adopted()).toEqual([{ adopted: 0 }]);
  expect(await adopt(LEAD1)).toEqual({ ok: true, step: 'second', count: 2 });
  expect(await adopted()).toEqual([{ adopted: 2 }]);
  expect(await house.rows(`select change, actor from finding_history where change = 'adopted'`)).toEqual(
    Array.from({ length: 2 }, () => ({ change: 'adopted', actor: 'person:U00000LED1' })),
  );
  const audit = await house.rows<{ action: string }>(
    `select action from audit_log where action like 'opening.%' order by seq`,
  );
  expect(audit.map(({ action }) => action)).toEqual(['opening.adoption_proposed', 'opening.adopted']);
  expect(await adopt(OPS1)).toMatchObject({ refusal: { why: 'nothing_to_adopt' } });
});

test('one person is one vote, with two Slack ids too', async () => {
  await adopt(OPS1);
  for (const who of [OPS1, person('U0OTHERID1', 'ops1')])
    expect(await adopt(who)).toMatchObject({ refusal: { why: 'own_vote' } });
  expect(await adopted()).toEqual([{ adopted: 0 }]);
});

test('when the set grows, the vote is gone', async () => {
  await adopt(OPS1);
  const old = await shown();
  await house.run([...OLD, observation({ id: 'c' })], START);
  expect(await adopt(LEAD1, old)).toMatchObject({ refusal: { why: 'another_set' } });
  expect(await adopt(LEAD1)).toEqual({ ok: true, step: 'first', count: 3 });
  expect(await adopt(OPS1)).toEqual({ ok: true, step: 'second', count: 3 });
});

test('when the set shrinks, the vote stays', async () => {
  await adopt(OPS1);
  await house.run([OLD[0]!], START);
  expect(await adopt(LEAD1)).toEqual({ ok: true, step: 'second', count: 1 });
});

test('a break that grows leaves what was adopted', async () => {
  await adopt(OPS1);
  await adopt(LEAD1);
  const grown = observation({ id: 'a', minor: 9_000n, occurredAt: new Date('2026-01-14T13:00:00Z') });
  await house.run([grown, OLD[1]!], START);
  expect(await adopted()).toEqual([{ adopted: 1 }]);
});

test('two votes in the same moment are first and second', async () => {
  const set = await shown();
  const votes = await Promise.all([adopt(OPS1, set), adopt(LEAD1, set)]);
  expect(new Set(votes.map((vote) => (vote.ok ? vote.step : vote.refusal.why)))).toEqual(
    new Set(['first', 'second']),
  );
});

const WORSE = observation({ id: 'a', risk: 'HIGH', minor: 1_000_000_000n });

test('when a finding becomes worse between the votes, the first is gone', async () => {
  await adopt(OPS1);
  const old = await shown();
  await house.run([WORSE, OLD[1]!], START);
  expect(await adopt(LEAD1, old)).toMatchObject({ refusal: { why: 'another_set' } });
  expect(await adopt(LEAD1)).toEqual({ ok: true, step: 'first', count: 2 });
  expect(await adopted()).toEqual([{ adopted: 0 }]);
});

test('what becomes worse after it was taken over waits for two again', async () => {
  await adopt(OPS1);
  await adopt(LEAD1);
  await house.run([WORSE, OLD[1]!], START);
  expect(await adopted()).toEqual([{ adopted: 1 }]);
  expect(await listUnadopted(house.ours.pool)).toHaveLength(1);
});

test('what comes back after it was taken over waits for two again', async () => {
  await adopt(OPS1);
  await adopt(LEAD1);
  await house.run([OLD[1]!], START);
  await house.run(OLD, START);
  expect(await listUnadopted(house.ours.pool)).toHaveLength(1);
});
