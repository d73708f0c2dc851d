import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffTerms, hashTerms, payoutTerms } from '../../src/overrides/terms.ts';
import type { PayoutFacts, Terms } from '../../src/overrides/types.ts';
import { ago, attempt, payout } from './rules-ground.ts';

const CHOICE = { target: 'mark_paid', basis: 'bank_proof' };
const terms = (given: Partial<PayoutFacts> = {}) => payoutTerms(payout(given), CHOICE);
const operation = (endable: boolean): Partial<PayoutFacts> => ({
  operation: { id: 'o1', action: 'retry', state: 'unknown', requestedAt: ago(9e7), endable },
});

test('a vote is bound to what stands there', () => {
  expect(terms({ attempts: [attempt()] })).toEqual({
    ...CHOICE,
    kind: 'payout',
    tenantId: 'anadolu',
    subject: { kind: 'transaction', id: 't1' },
    amountMinor: '50000',
    currency: 'USD',
    payeeRef: 'payee1',
    state: 'payout_failed',
    attempts: [{ attemptId: 'a1', status: 'failed', reference: 'ref-1' }],
    endsOperationId: null,
  });
});

test('attempts come by their age, whatever order they are read in', () => {
  const attempts = [
    attempt({ attemptId: 'c', createdAt: '2026-01-15T08:00:00.500Z' }),
    attempt({ attemptId: 'b', createdAt: '2026-01-15T08:00:00Z' }),
    attempt({ attemptId: 'a', createdAt: '2026-01-15T11:00:00+03:00' }),
  ];
  expect(terms({ attempts }).attempts.map(({ attemptId }) => attemptId)).toEqual(['a', 'b', 'c']);
  expect(hashTerms(terms({ attempts: attempts.toReversed() }))).toBe(hashTerms(terms({ attempts })));
});

test('an operation is named only where it may be ended', () => {
  expect(terms(operation(true)).endsOperationId).toBe('o1');
  expect(terms(operation(false)).endsOperationId).toBeNull();
});

/** Computed beside this code: sha256 over the JSON with sorted keys. */
const PINNED = 'a5c4cc4d0721cecee79a8a4c6b508551a9fa8192e189bb6c240aa47cd8b1788b';

test('the hash is of one spelling, for ever', () => {
  expect(hashTerms(terms())).toBe(PINNED);
  const shuffled = Object.fromEntries(Object.entries(terms()).toReversed()) as unknown as Terms;
  expect(hashTerms(shuffled)).toBe(PINNED);
});

test('what an answer says binds nobody, only what stands there does', () => {
  const asked = payout().attempts.map((one) => ({ ...one, answer: 'pending' as const, askedAt: ago(0) }));
  expect(hashTerms(terms({ attempts: asked, readAt: ago(0), class: 'HIGH' }))).toBe(hashTerms(terms()));
});

describe('what has changed is told in words', () => {
  test.each<[string, Partial<PayoutFacts>, object]>([
    ['its state', { state: 'paid' }, { what: 'state', before: 'payout_failed', after: 'paid' }],
    ['its amount', { amountMinor: '50001' }, { what: 'amount', before: '500.00 USD', after: '500.01 USD' }],
    ['its payee', { payeeRef: null }, { what: 'payee', before: 'payee1', after: '-' }],
    [
      'one more attempt',
      { attempts: [...payout().attempts, attempt({ attemptId: 'a4', status: 'pending' })] },
      {
        what: 'attempts',
        before: '3 (failed, failed, failed)',
        after: '4 (failed, failed, failed, pending)',
      },
    ],
    [
      'another attempt of the same kind',
      { attempts: [attempt({ attemptId: 'b1', reference: null }), ...payout().attempts.slice(1)] },
      {
        what: 'attempts',
        before: 'a1 failed ref-1, a2 failed ref-1, a3 failed ref-1',
        after: 'a2 failed ref-1, a3 failed ref-1, b1 failed -',
      },
    ],
    ['an operation it ends', operation(true), { what: 'operation', before: '-', after: 'o1' }],
  ])('%s', (_name, given, change) => {
    expect(diffTerms(terms(), terms(given))).toEqual([change]);
  });

  test('another currency, beside the amount in it', () => {
    expect(diffTerms(terms(), terms({ currency: 'JPY', amountMinor: '500' }))).toEqual([
      { what: 'amount', before: '500.00 USD', after: '500 JPY' },
      { what: 'currency', before: 'USD', after: 'JPY' },
    ]);
  });

  test('that it is gone, or another one', () => {
    const gone = { what: 'gone', before: 't1' };
    expect(diffTerms(terms(), null)).toEqual([{ ...gone, after: '-' }]);
    expect(diffTerms(terms(), terms({ transactionId: 't2' }))).toEqual([{ ...gone, after: 't2' }]);
    expect(diffTerms(terms(), terms({ tenantId: 'other' }))).toEqual([{ ...gone, after: 't1' }]);
  });
});

test('nothing has changed exactly when the hashes agree', () => {
  const text = fc.constantFrom('', '-', 'a', 'b');
  const facts = fc
    .record({
      state: text,
      amountMinor: fc.constantFrom('0', '00', '1', '100'),
      currency: fc.constantFrom('USD', 'JPY'),
      payeeRef: fc.option(text),
      attempts: fc.array(
        fc
          .record({ attemptId: text, status: text, reference: fc.option(text) })
          .map((given) => attempt(given)),
        { maxLength: 2 },
      ),
    })
    .map((given) => terms(given));
  fc.assert(
    fc.property(facts, facts, (before, after) => {
      const isSame = hashTerms(before) === hashTerms(after);
      expect(diffTerms(before, after).length === 0).toBe(isSame);
    }),
    { numRuns: 500 },
  );
});
