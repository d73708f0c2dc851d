import { expect, test } from 'vitest';
import { makeSharedCall } from '../../src/people/share-call.ts';

const OLD = new Date('2026-01-15T06:00:00Z');
const NEWER = new Date('2026-01-15T06:01:00Z');

/** Counts the calls it makes; each answers with its number, or fails when told. */
function makeCounter() {
  let count = 0;
  const share = makeSharedCall<number>();
  return (saw: Date | null, about = 'groups', fails = false) =>
    share(about, saw, async () => {
      const mine = (count += 1);
      await Promise.resolve();
      return fails ? undefined : mine;
    });
}

test('those who saw the same old row share one call', async () => {
  const ask = makeCounter();
  expect(await Promise.all([ask(OLD), ask(OLD)])).toEqual([1, 1]);
  expect(await ask(OLD)).toBe(1);
});

test('who saw another row, or nothing, makes a call', async () => {
  const ask = makeCounter();
  expect(await Promise.all([ask(OLD), ask(NEWER), ask(null)])).toEqual([1, 2, 3]);
});

test('calls about two things are two', async () => {
  const ask = makeCounter();
  expect(await Promise.all([ask(OLD, 'U1'), ask(OLD, 'U2')])).toEqual([1, 2]);
});

test('a failure is shared while under way, then forgotten', async () => {
  const ask = makeCounter();
  expect(await Promise.all([ask(OLD, 'U1', true), ask(OLD, 'U1')])).toEqual([undefined, undefined]);
  expect(await ask(OLD, 'U1')).toBe(2);
});
