import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { admit } from '../../handlers/admit.ts';
import type { Desk, Request } from '../../handlers/desk.ts';
import { makeLog } from '../../src/log.ts';
import type { RunningPeople } from '../../src/people/make-people.ts';
import type { Role } from '../../src/people/types.ts';
import { clicker, openCast, type Cast } from './cast.ts';

let cast: Cast;
let people: RunningPeople;
beforeAll(async () => {
  cast = await openCast();
  people = cast.join((text) => text.replace('{ groups: [sre] }', '{ users: [engineer1] }'));
});
afterAll(() => cast.close());
beforeEach(async () => {
  await cast.heal('usergroups.list');
  await cast.age(3_600_000);
  await people.refresh();
  cast.slack.clock.advance(3_600_000);
});

/** What becomes of somebody who presses what these roles may press. */
async function press(name: string, roles: Role[]): Promise<string> {
  const desk = { people, log: makeLog('silent') } as unknown as Desk;
  const request = { clicker: clicker(name) } as Request;
  const about = { roles, action: 'findings.close', subject: { kind: 'finding', id: 'f-1' } } as const;
  const admitted = await admit(desk, request, about);
  return admitted.ok ? 'admitted' : admitted.words.text;
}
const lastReason = async () => (await cast.audited('access.refused')).at(-1)?.data['why'];

test('whoever holds one of the roles is let in', async () => {
  expect(await press('ops1', ['ops', 'managers'])).toBe('admitted');
  expect(await press('engineer1', ['sre'])).toBe('admitted');
});

test('whoever holds another role is told in their language', async () => {
  expect(await press('engineer1', ['managers', 'leads'])).toContain('yöneticiler, ekip liderleri');
  expect(await lastReason()).toBe('wrong_role');
});

test('nobody is let in by an empty list', async () => {
  expect(await press('ops1', [])).not.toBe('admitted');
});

test('a role that could not be read is not called the wrong one', async () => {
  await cast.plant('usergroups.list', '500');
  await cast.age(46_000);
  expect(await press('engineer1', ['sre'])).toBe('admitted');
  await cast.age(46_000);
  await press('engineer1', ['managers']);
  expect(await lastReason()).toBe('unreadable');
});
