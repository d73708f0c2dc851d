import { expect, it } from 'vitest';
import { liveThrough } from './year-run.ts';

it('nags for two months as a simple reference does', { timeout: 60_000 }, async () => {
  const { actual, expected, odd } = await liveThrough({ seed: 20260115, count: 20, days: 60 });
  expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected));
  expect(odd).toEqual({ unsent: 0, doubled: 0 });
  expect([...expected.values()].flat().length).toBeGreaterThan(100);
});
