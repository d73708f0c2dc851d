import { describe, expect, test } from 'vitest';
import { carriesOverride, takesIn } from '../../src/platform/offer.ts';
import type { PlatformPolicy } from '../../src/policy/platform.ts';
import { EXAMPLE } from './scripted.ts';

const { retry, mark_paid: markPaid } = EXAMPLE.actions;
const withActions = (actions: PlatformPolicy['actions']): PlatformPolicy => ({
  ...EXAMPLE,
  headers: {},
  actions,
});

describe('an action by hand', () => {
  test.each([
    ['mark_paid', 'processing', true],
    ['mark_paid', 'requested', false],
    ['reject', 'requested', true],
    ['reject', 'processing', false],
    ['retry', 'payout_failed', true],
  ] as const)('%s in %s: %s', (action, state, expected) => {
    expect(takesIn(EXAMPLE, action, state)).toBe(expected);
  });

  test('is taken in any state where none is named, and nowhere when it is not offered', () => {
    const { states: _, ...anywhere } = markPaid!;
    expect(takesIn(withActions({ mark_paid: anywhere }), 'mark_paid', 'requested')).toBe(true);
    expect(takesIn(withActions({}), 'mark_paid', 'processing')).toBe(false);
  });
});

describe('the override that it carries out is told', () => {
  const { body: _, ...bare } = retry!;
  test.each([
    ['in the body', { body: { note: 'by {override}' } }, true],
    ['in the path', { path: '/v1/payouts/{subject}/retry?override={override}' }, true],
    ['in a header', { headers: { 'X-Override': '{override}' } }, true],
    ['nowhere', { body: { reason: '{reason}' } }, false],
    ['in a body that is not sent', { method: 'GET', body: { note: '{override}' } }, false],
  ] as const)('%s', (_title, change, expected) => {
    expect(carriesOverride(withActions({ retry: { ...bare, ...change } }), 'retry')).toBe(expected);
  });

  test('by the example for a retry alone', () => {
    expect(
      (['retry', 'mark_paid', 'reject'] as const).map((action) => carriesOverride(EXAMPLE, action)),
    ).toEqual([true, false, false]);
  });

  test('by a header of every call', () => {
    expect(carriesOverride({ actions: { retry: bare }, headers: { 'X-O': '{override}' } }, 'retry')).toBe(
      true,
    );
    expect(carriesOverride({ actions: {}, headers: { 'X-O': '{override}' } }, 'retry')).toBe(false);
  });
});
