import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSloStage, type SloStage } from './slo-stage.ts';

let scene: SloStage;

beforeAll(async () => {
  scene = await openSloStage({
    days: 1,
    policy: (text) => text.replace('readers: members', 'readers: [leads, sre]'),
  });
}, 120_000);

afterAll(() => scene?.close());

const ask = async (user: string, text: string) =>
  (await scene.people.command(user, '/slo', text)).reply?.text ?? '';

test.each(['lead1', 'engineer2'])('whoever holds a role that may is told: %s', async (user) => {
  expect(await ask(user, 'payout')).toContain('95');
});

test.each([
  ['ops2', 'wrong_role'],
  ['owner1', 'no_role'],
  ['guest1', 'guest'],
])('others are refused, and it is noted: %s', async (user, why) => {
  for (const text of ['', 'payout', 'help']) {
    const said = await ask(user, text);
    expect(said).toContain('🔒');
    expect(said).not.toContain('%');
  }
  // The same refusal within a while is noted once.
  expect(await scene.refusals(await scene.people.idOf(user))).toEqual([why]);
});

test('a button that was never shown to them does nothing', async () => {
  const manager = await scene.people.idOf('manager1');
  expect(await scene.pressForged(manager, 'slo.share', 'all')).toBe(200);
  expect(await scene.refusals(manager)).toEqual(['wrong_role']);
  const { rows } = await scene.stage.ours.pool.query('select from slo_shares');
  expect(rows).toEqual([]);
});
