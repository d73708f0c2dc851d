import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSloStage, takeAway, type SloStage } from './slo-stage.ts';

const LIMIT_MS = 1_500;
const CALLS = 20;

let scene: SloStage;

beforeAll(async () => {
  scene = await openSloStage({ days: 100 });
}, 180_000);

afterAll(() => scene?.close());

/** From the command to its words, as the person waits for them. */
async function p95Of(text: string): Promise<number> {
  const tookMs: number[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    const began = performance.now();
    const { reply } = await scene.people.command('ops2', '/slo', text);
    tookMs.push(performance.now() - began);
    expect(reply?.text).toContain('promised');
  }
  return tookMs.toSorted((a, b) => a - b)[Math.ceil(CALLS * 0.95) - 1] ?? Infinity;
}

// All of a month, and a quarter of one: 216,000 and 259,200 rows.
test.each(['', 'payout', 'payout 90d'])('/slo %s answers in time', async (text) => {
  expect(await p95Of(text)).toBeLessThan(LIMIT_MS);
});

test('so it does while the money is away', async () => {
  const bringBack = await takeAway(scene.stage);
  expect(await p95Of('')).toBeLessThan(LIMIT_MS);
  expect(await p95Of('payout')).toBeLessThan(LIMIT_MS);
  await bringBack();
});
