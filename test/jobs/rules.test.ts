import { describe, expect, it } from 'vitest';
import { AppError, BugError } from '../../src/errors.ts';
import { backOffMs, decideFault, decideSlots, slotKey, slotOfKey } from '../../src/jobs/rules.ts';

const at = (time: string) => new Date(`2026-01-15T${time}Z`);

describe('back-off', () => {
  it.each([
    [1, 0, 2_000],
    [3, 0, 8_000],
    [9, 0, 512_000],
    [10, 0, 600_000],
    [2_000, 0, 600_000],
    [1, 30_000, 30_000],
    [9, 1_000, 512_000],
    [1, 1e20, 3_600_000],
  ])('after %i faults, asked for %i ms: %i ms', (faults, asked, expected) => {
    expect(backOffMs(faults, asked)).toBe(expected);
  });
});

describe('what a thrown error means', () => {
  const rateLimited = new AppError('slack_rate_limited', 'slow', { retryable: true, retryAfterMs: 9_000 });

  it('a retryable fault waits at least as asked', () => {
    expect(decideFault(rateLimited, 0, 3)).toMatchObject({ do: 'retry', delayMs: 9_000 });
  });
  it('what no row takes is left out of its line', () => {
    const error = new Error(`\0half \uD83D and ${'a'.repeat(1_985)}\u{1F600}`);
    const line = `half \uFFFD and ${'a'.repeat(1_985)}`;
    expect(decideFault(error, 0, 3)).toMatchObject({ error: expect.stringMatching(`^${line}`) as string });
  });
  it('the last fault that is allowed gives up', () => {
    expect(decideFault(rateLimited, 1, 3)).toMatchObject({ do: 'retry' });
    expect(decideFault(rateLimited, 2, 3)).toMatchObject({ do: 'give_up', code: 'slack_rate_limited' });
  });
  it('a fault that is not retryable gives up', () => {
    const refused = new AppError('slack_refused', 'no', { retryable: false });
    expect(decideFault(refused, 0, 9)).toEqual({ do: 'give_up', code: 'slack_refused', error: 'no' });
  });
  it('a bug gives up', () => {
    expect(decideFault(new BugError('oh'), 0, 9)).toMatchObject({ do: 'give_up', code: 'internal' });
  });
  it('an error that nobody knows is tried again', () => {
    expect(decideFault(new Error('socket hang up'), 0, 9)).toMatchObject({ do: 'retry', delayMs: 2_000 });
    expect(decideFault('a string', 0, 9)).toMatchObject({ do: 'retry', error: 'a string' });
  });
  it('an overtaken run is dropped', () => {
    expect(decideFault(new AppError('overtaken', 'x', { retryable: false }), 8, 9)).toEqual({ do: 'drop' });
  });
});

describe('which slots run', () => {
  const moments = [at('06:00:00'), at('06:05:00'), at('06:10:00')];
  const late = at('06:20:00');
  const onTime = at('06:10:30');

  it('each: all of them', () => {
    expect(decideSlots('each', moments, late, false)).toEqual({ due: moments, missed: [] });
  });
  it('last: the last, the others are missed', () => {
    expect(decideSlots('last', moments, late, false)).toEqual({
      due: [moments[2]],
      missed: moments.slice(0, 2),
    });
  });
  it('last: none of them while later ones follow', () => {
    expect(decideSlots('last', moments, late, true)).toEqual({ due: [], missed: moments });
  });
  it('last: one on time makes up for late ones', () => {
    expect(decideSlots('last', moments, onTime, false).due).toEqual([moments[2]]);
  });
  it('none: late ones are missed, one on time runs', () => {
    expect(decideSlots('none', moments, late, false)).toEqual({ due: [], missed: moments });
    expect(decideSlots('none', moments, onTime, false)).toEqual({
      due: [moments[2]],
      missed: moments.slice(0, 2),
    });
  });
  it('a slot begun early by its lead is on time', () => {
    expect(decideSlots('none', [at('06:10:00')], at('06:06:00'), false).missed).toEqual([]);
  });
});

describe('the key of a slot', () => {
  it('leads back to the slot', () => {
    const slot = { schedule: 'full:scan', slotAt: at('06:00:00') };
    expect(slotKey(slot)).toBe('slot:full:scan:2026-01-15T06:00:00.000Z');
    expect(slotOfKey(slotKey(slot))).toEqual(slot);
  });
  it('other keys are no slots', () => {
    expect(slotOfKey('card:slot:1')).toBeNull();
    expect(slotOfKey('slot:digest')).toBeNull();
  });
});
