import { expect, it } from 'vitest';
import { liveThrough } from './year-run.ts';

/** Another one is lived with another seed: SEED=7 npm run test:deep -- test/exemptions/year.deep.test.ts */
const seed = Number(process.env['SEED'] ?? '2026');

/** About a minute and a half on two free cores. */
const LIMIT_MS = 400_000;

it('nags for a year of the clock as a reference does', { timeout: LIMIT_MS }, async () => {
  const { actual, expected, odd } = await liveThrough({ seed, count: 200, days: 365 });
  expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected));
  expect(odd).toEqual({ unsent: 0, doubled: 0 });
  expect([...expected.values()].flat().length).toBeGreaterThan(2_000);
});
