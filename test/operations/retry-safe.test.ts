import { describe, expect, test } from 'vitest';
import {
  decideRetry,
  firstNotSafe,
  OFFERING_MS,
  SENDING_MS,
  type RetryFacts,
} from '../../src/operations/retry-safe.ts';
import { PROVIDER_ANSWERS, type KnownAnswer } from '../../src/platform/types.ts';

const NOW = new Date('2026-01-15T06:00:00.000Z');
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const answered = (answer: KnownAnswer['answer'], ageMs = 0) => ({ answer, askedAt: ago(ageMs) });

/** One dead attempt of ten minutes ago, everything else as it should be. */
function facts(given: Partial<RetryFacts> = {}): RetryFacts {
  return {
    state: 'payout_failed',
    attempts: [{ id: 'a', status: 'failed', created_at: ago(600_000).toISOString() }],
    answers: new Map([['a', answered('failed')]]),
    burns: 0,
    ledgerUnknown: false,
    accountStatus: 'active',
    providerStatus: 'active',
    tenantKnown: true,
    amount: { reportingMinor: 100n, limitMinor: 100n },
    operationOpen: false,
    attemptsExpected: 0,
    attemptIdsExpected: [],
    maxAttempts: 3,
    cooldownMs: 60_000,
    now: NOW,
    ...given,
  };
}

const dead = (count: number, lastAgeMs = 600_000) => ({
  attempts: Array.from({ length: count }, (_, index) => ({
    id: `a${index}`,
    status: 'failed',
    created_at: ago(lastAgeMs + (count - 1 - index) * 60_000).toISOString(),
  })),
  answers: new Map(Array.from({ length: count }, (_, index) => [`a${index}`, answered('failed')])),
});

const withStatus = (status: string) => ({
  attempts: [{ id: 'a', status, created_at: ago(600_000).toISOString() }],
});
const withAnswer = (answer: KnownAnswer['answer'], ageMs = 0) => ({
  answers: new Map([['a', answered(answer, ageMs)]]),
});

describe('a retry is safe', () => {
  test.each([
    ['when every attempt is proven dead', {}],
    ['on an answer of exactly five minutes ago', withAnswer('failed', SENDING_MS)],
    ['sixty seconds after the last attempt', dead(1, 60_000)],
    ['with two of three attempts used', dead(2)],
    ['at exactly the limit of the amount', { amount: { reportingMinor: 100n, limitMinor: 100n } }],
    ['without a limit, whatever the rate', { amount: null }],
    ['when our own attempts are all there', { attemptsExpected: 1, attemptIdsExpected: ['a'] }],
  ])('%s', (_title, given) => {
    expect(decideRetry(facts(given), SENDING_MS)).toMatchObject({ safe: true, reasons: [] });
  });
});

describe('a retry is not safe', () => {
  test.each<[string, Partial<RetryFacts>, string[]]>([
    ['an attempt succeeded by its status', withStatus('succeeded'), ['attempt_succeeded']],
    ['the provider says that it succeeded', withAnswer('succeeded'), ['attempt_succeeded']],
    ['it is burned', { burns: 1 }, ['burned']],
    ['an entry of its ledger is not known', { ledgerUnknown: true }, ['ledger_unknown']],
    ['it is burned less than nothing', { burns: -1 }, ['burned']],
    ['an attempt is pending', withStatus('pending'), ['attempt_open']],
    ['an attempt is submitted', withStatus('submitted'), ['attempt_open']],
    ['an attempt is unknown', withStatus('unknown'), ['attempt_open']],
    ['an attempt has a status nobody knows', withStatus('on_hold'), ['attempt_open']],
    ['another operation is open', { operationOpen: true }, ['operation_open']],
    ['there is no attempt', { attempts: [], answers: new Map() }, ['no_attempt']],
    ['our retry lacks its attempt', { attemptsExpected: 2 }, ['attempt_missing']],
    ['an attempt of ours is not among them', { attemptIdsExpected: ['b'] }, ['attempt_missing']],
    ['the account is blocked', { accountStatus: 'blocked' }, ['account_inactive']],
    ['the provider is stopped', { providerStatus: 'stopped' }, ['provider_stopped']],
    [
      'the amount is one over the limit',
      { amount: { reportingMinor: 101n, limitMinor: 100n } },
      ['over_limit'],
    ],
    ['nobody was asked', { answers: new Map() }, ['not_asked']],
    ['the answer is a millisecond too old', withAnswer('failed', SENDING_MS + 1), ['answer_old']],
    ['the answer is of the future', withAnswer('failed', -1), ['answer_old']],
    ['the tenant is not ours', { tenantKnown: false }, ['tenant_unknown']],
    ['nobody knows the account', { accountStatus: null }, ['account_unknown']],
    ['nobody knows the provider', { providerStatus: null }, ['provider_unknown']],
    ['no rate is known', { amount: { reportingMinor: null, limitMinor: 100n } }, ['rate_unknown']],
    ['the state is another', { state: 'processing' }, ['wrong_state']],
    ['three attempts were made', dead(3), ['attempts_exhausted']],
    ['the last attempt is 59.999 s old', dead(1, 59_999), ['cooldown']],
    [
      'nobody can tell how old the last attempt is',
      { attempts: [{ id: 'a', status: 'failed', created_at: 'infinity' }] },
      ['cooldown'],
    ],
  ])('when %s', (_title, given, reasons) => {
    expect(decideRetry(facts(given), SENDING_MS)).toMatchObject({ safe: false, reasons });
  });

  test.each(PROVIDER_ANSWERS.filter((answer) => answer !== 'failed' && answer !== 'succeeded'))(
    'when the provider says %s, which proves nothing',
    (answer) => {
      expect(decideRetry(facts(withAnswer(answer)), SENDING_MS).reasons).toEqual(['no_final_failure']);
    },
  );

  test('when one of two attempts is not proven dead', () => {
    const two = dead(2);
    two.answers.set('a0', answered('not_found'));
    expect(decideRetry(facts(two), SENDING_MS)).toMatchObject({
      safe: false,
      reasons: ['no_final_failure'],
      proof: [{ answer: 'not_found' }, { answer: 'failed' }],
    });
  });

  test('and says every reason, hard facts first', () => {
    const decision = decideRetry(
      facts({ ...dead(3, 0), answers: new Map(), burns: 1, providerStatus: 'stopped', state: 'paid' }),
      SENDING_MS,
    );
    expect(decision.reasons).toEqual([
      'burned',
      'provider_stopped',
      'not_asked',
      'wrong_state',
      'attempts_exhausted',
      'cooldown',
    ]);
    expect(firstNotSafe(decision)).toBe('burned');
  });
});

test('a button stands on answers of fifteen minutes', () => {
  const decide = (ageMs: number) => decideRetry(facts(withAnswer('failed', ageMs)), OFFERING_MS);
  expect(decide(OFFERING_MS)).toMatchObject({ safe: true, provenUntil: NOW });
  expect(decide(OFFERING_MS + 1).reasons).toEqual(['answer_old']);
});

test('a cooldown says when it ends, and is no other rule', () => {
  const decision = decideRetry(facts(dead(1, 20_000)), SENDING_MS);
  expect(decision.cooldownUntil).toEqual(new Date(NOW.getTime() + 40_000));
  expect(firstNotSafe(decision)).toBeNull();
});

test('without a complete proof nothing says until when', () => {
  expect(decideRetry(facts({ answers: new Map() }), SENDING_MS).provenUntil).toBeNull();
});
