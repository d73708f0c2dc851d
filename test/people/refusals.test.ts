import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import type { Subject, UserId } from '../../src/ids.ts';
import { claimRequest } from '../../src/people/claim-request.ts';
import { makePrunePeopleTask } from '../../src/people/prune.ts';
import type { RunningPeople } from '../../src/people/make-people.ts';
import { makeLog } from '../../src/log.ts';
import type { TaskId } from '../../src/ids.ts';
import { clicker, idOf, openCast, TEAM, type Cast } from './cast.ts';

const FINDING: Subject = { kind: 'finding', id: 'f-1' };
const OTHER: Subject = { kind: 'finding', id: `f-2${'x'.repeat(10_000)}` };

let cast: Cast;
let people: RunningPeople;
beforeAll(async () => {
  cast = await openCast();
  people = cast.join();
});
afterAll(() => cast.close());

const refuse = (name: string, subject = FINDING, by = people) =>
  by.noteRefusal({ clicker: clicker(name), why: 'no_role', action: 'findings.close', subject });
const heard = async () => (await cast.audited('access.refused')).length;

test('a refusal is audited with who, why and what', async () => {
  await refuse('owner1');
  expect(await cast.audited('access.refused')).toEqual([
    {
      actor: `person:${idOf('owner1')}`,
      action: 'access.refused',
      subject_kind: 'finding',
      subject_id: 'f-1',
      data: { why: 'no_role', action: 'findings.close', team: TEAM },
    },
  ]);
});

test('again within a minute it is counted only', async () => {
  const [before, counted] = [await heard(), cast.refused.length];
  await refuse('owner1');
  cast.slack.clock.advance(59_000);
  await Promise.all([refuse('owner1'), refuse('owner1', FINDING, cast.join())]);
  expect(await heard()).toBe(before);
  expect(cast.refused.slice(counted)).toEqual(['no_role', 'no_role', 'no_role']);
  cast.slack.clock.advance(1_000);
  await Promise.all([refuse('owner1'), refuse('owner1', FINDING, cast.join())]);
  expect(await heard()).toBe(before + 1);
});

test('another person and another subject count apart', async () => {
  const before = await heard();
  await Promise.all([refuse('guest1'), refuse('guest1', OTHER), refuse('stranger1')]);
  expect(await heard()).toBe(before + 3);
});

test('a forged id of any length is audited shortened', async () => {
  await people.noteRefusal({
    clicker: { userId: 'U'.repeat(5_000) as UserId, teamId: 'T'.repeat(5_000) },
    why: 'stranger',
    action: 'payouts.retry',
    subject: FINDING,
  });
  const last = (await cast.audited('access.refused')).at(-1);
  expect(last?.actor).toBe(`person:${'U'.repeat(64)}`);
  expect(last?.data['team']).toBe('T'.repeat(64));
});

test('a request is claimed once, and forgotten after a day', async () => {
  const claim = () =>
    withTransaction(cast.ours.pool, (tx) => claimRequest(tx, cast.slack.clock.now(), 'trigger-1'));
  expect((await Promise.all([claim(), claim(), claim()])).toSorted()).toEqual([false, false, true]);
  const prune = async () => {
    const task = makePrunePeopleTask(cast.ours.pool);
    const context = { clock: cast.slack.clock, log: makeLog('silent'), key: 'prune', faults: 0 };
    const unused = {
      taskId: '' as TaskId,
      signal: new AbortController().signal,
      guard: async () => undefined,
    };
    await task.run({ ...context, ...unused }, {});
    const { rows } = await cast.ours.pool.query<{ requests: number; refusals: number }>(
      'select (select count(*)::int from requests) as requests, (select count(*)::int from refusals) as refusals',
    );
    return rows[0];
  };
  expect(await prune()).toMatchObject({ requests: 1 });
  cast.slack.clock.advance(86_400_001);
  expect(await prune()).toEqual({ requests: 0, refusals: 0 });
});
