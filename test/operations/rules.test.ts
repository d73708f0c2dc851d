import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decideNext,
  decideNotFound,
  isBeyondWindow,
  lookUpAt,
  QUIET_MS,
  REPLAY_TAKES_MS,
  TOO_LATE_MS,
  waitUntil,
} from '../../src/operations/rules.ts';
import type { Operation } from '../../src/operations/types.ts';

const NOW = new Date('2026-01-15T06:00:00.000Z');
const DAY_MS = 86_400_000;
const at = (ms: number) => new Date(NOW.getTime() + ms);

function operation(given: Partial<Operation> = {}): Operation {
  return {
    id: '00000000-0000-4000-8000-000000000001',
    tenantId: 't',
    transactionId: 'tx',
    intentNo: 1,
    action: 'retry',
    idempotencyKey: 'k',
    state: 'accepted',
    requestedBy: 'person:U1',
    requestedAt: NOW,
    payoutId: null,
    amountMinor: 1n,
    currency: 'TRY',
    reason: '',
    proof: null,
    attemptsBefore: null,
    tries: 0,
    firstSentAt: null,
    lastSentAt: null,
    unknownSince: null,
    doubtfulRefusal: null,
    lookups: 0,
    lookedUpAt: null,
    waits: 0,
    nextAt: null,
    trouble: null,
    refusal: null,
    result: null,
    settledAt: null,
    overrideId: null,
    overrideVersion: null,
    ...given,
  };
}

const offsetMs = fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS });
const maybe = fc.option(offsetMs.map(at));
const anyOperation = fc
  .record({
    state: fc.constantFrom('accepted', 'sent', 'unknown', 'succeeded', 'refused'),
    action: fc.constantFrom('retry', 'recheck', 'mark_paid', 'reject'),
    requestedAt: offsetMs.map(at),
    nextAt: maybe,
    firstSentAt: maybe,
    lastSentAt: maybe,
    unknownSince: maybe,
    doubtfulRefusal: fc.option(fc.constantFrom('cooldown', '')),
    lookups: fc.nat(10_000),
    waits: fc.nat(10_000),
  })
  .map((given) => operation(given as Partial<Operation>));

describe('what is next, whatever the row', () => {
  test('sends only what is accepted and not too late', () => {
    fc.assert(
      fc.property(anyOperation, (row) => {
        const next = decideNext(row, NOW);
        if (next.do !== 'check_and_send' && next.do !== 'ask') return;
        expect(row.state).toBe('accepted');
        expect(row.action === 'recheck').toBe(next.do === 'ask');
        expect(NOW.getTime() - row.requestedAt.getTime()).toBeLessThanOrEqual(TOO_LATE_MS);
      }),
    );
  });

  test('looks up all that may have been done, for ever', () => {
    fc.assert(
      fc.property(anyOperation, (row) => {
        const mayBeDone = row.state === 'sent' || row.state === 'unknown';
        const next = decideNext(row, NOW).do;
        expect(['doubt', 'look_up', 'wait'].includes(next) || !mayBeDone).toBe(true);
        expect(next === 'doubt' || next === 'look_up').toBe(
          row.state === 'sent' ||
            (row.state === 'unknown' && !(row.nextAt !== null && row.nextAt.getTime() > NOW.getTime())),
        );
      }),
    );
  });

  test('leaves what is over alone, and waits for a later moment only', () => {
    fc.assert(
      fc.property(anyOperation, (row) => {
        const next = decideNext(row, NOW);
        const isOver = row.state === 'succeeded' || row.state === 'refused';
        expect(next.do === 'nothing').toBe(isOver);
        if (next.do === 'wait') expect(next.until.getTime()).toBeGreaterThan(NOW.getTime());
      }),
    );
  });

  test('waits no longer than until it is too late', () => {
    const row = operation({ nextAt: at(3_600_000) });
    expect(decideNext(row, NOW)).toEqual({ do: 'wait', until: at(TOO_LATE_MS + 1) });
    expect(decideNext(row, at(TOO_LATE_MS + 1))).toEqual({ do: 'refuse_late' });
    expect(decideNext(operation(), at(TOO_LATE_MS))).toEqual({ do: 'check_and_send' });
  });
});

describe('a key that is not known', () => {
  const sent = (firstMs: number, lastMs = firstMs) =>
    operation({ state: 'unknown', firstSentAt: at(-firstMs), lastSentAt: at(-lastMs) });

  test('is sent again only if it arrives while keys are kept', () => {
    expect(decideNotFound(sent(0), NOW, DAY_MS)).toBe('replay');
    expect(decideNotFound(sent(DAY_MS - REPLAY_TAKES_MS - 1), NOW, DAY_MS)).toBe('replay');
    expect(decideNotFound(sent(DAY_MS - REPLAY_TAKES_MS), NOW, DAY_MS)).toBe('keep_looking');
    expect(decideNotFound(sent(2 * DAY_MS), NOW, DAY_MS)).toBe('keep_looking');
    expect(decideNotFound(sent(0), NOW, 0)).toBe('keep_looking');
  });

  test('ends a refused try only while keys are kept', () => {
    const refused = (firstMs: number) => ({ ...sent(firstMs, QUIET_MS), doubtfulRefusal: 'wrong_state' });
    expect(decideNotFound(refused(DAY_MS - 1), NOW, DAY_MS)).toBe('refuse');
    expect(decideNotFound(refused(DAY_MS), NOW, DAY_MS)).toBe('keep_looking');
  });

  test('counts from the first try, not from the last', () => {
    expect(decideNotFound(sent(2 * DAY_MS, 1_000), NOW, DAY_MS)).toBe('keep_looking');
  });

  test('after a refusal ends once no try can arrive', () => {
    const refused = (lastMs: number) => ({ ...sent(DAY_MS / 2, lastMs), doubtfulRefusal: 'cooldown' });
    expect(decideNotFound(refused(QUIET_MS - 1), NOW, DAY_MS)).toBe('keep_looking');
    expect(decideNotFound(refused(QUIET_MS), NOW, DAY_MS)).toBe('refuse');
  });

  test('never ends what was not refused', () => {
    fc.assert(
      fc.property(anyOperation, fc.nat(2 * DAY_MS), (row, keepsMs) => {
        if (row.doubtfulRefusal === null) expect(decideNotFound(row, NOW, keepsMs)).not.toBe('refuse');
      }),
    );
  });
});

describe('what is beyond the window', () => {
  const unknown = (firstMs: number, lastMs = firstMs) =>
    operation({ state: 'unknown', firstSentAt: at(-firstMs), lastSentAt: at(-lastMs) });

  test.each([
    ['the day is over', unknown(DAY_MS), true],
    ['a millisecond is left', unknown(DAY_MS - 1), false],
    ['a try may still be on its way', unknown(DAY_MS, QUIET_MS - 1), false],
    ['its last try is ten minutes old', unknown(DAY_MS, QUIET_MS), true],
    ['it is being sent', { ...unknown(2 * DAY_MS), state: 'sent' as const }, false],
    ['it waits', operation(), false],
    ['it is over', { ...unknown(2 * DAY_MS), state: 'refused' as const }, false],
  ])('when %s', (_title, row, expected) => {
    expect(isBeyondWindow(row, NOW, DAY_MS)).toBe(expected);
  });

  test('is neither sent again nor refused by itself', () => {
    fc.assert(
      fc.property(anyOperation, fc.nat(2 * DAY_MS), (row, keepsMs) => {
        if (isBeyondWindow(row, NOW, keepsMs)) expect(decideNotFound(row, NOW, keepsMs)).toBe('keep_looking');
      }),
    );
  });
});

describe('back-off', () => {
  test('doubles from two seconds to a minute', () => {
    const seconds = [0, 1, 2, 3, 4, 5, 6, 1_000].map(
      (waits) => (waitUntil(NOW, waits, null).getTime() - NOW.getTime()) / 1_000,
    );
    expect(seconds).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('is not shorter than the platform asks for', () => {
    expect(waitUntil(NOW, 0, 90_000)).toEqual(at(90_000));
    expect(waitUntil(NOW, 5, 1_000)).toEqual(at(60_000));
  });

  test('of look-ups is five minutes after ten', () => {
    expect(lookUpAt(NOW, { lookups: 50, unknownSince: at(-599_999) })).toEqual(at(60_000));
    expect(lookUpAt(NOW, { lookups: 50, unknownSince: at(-600_000) })).toEqual(at(300_000));
    expect(lookUpAt(NOW, { lookups: 0, unknownSince: null })).toEqual(at(2_000));
  });
});
