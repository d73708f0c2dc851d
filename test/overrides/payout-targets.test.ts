import { describe, expect, test } from 'vitest';
import { SENDING_MS } from '../../src/operations/retry-safe.ts';
import { AGAINST, payoutVerdicts, type PayoutOffers } from '../../src/overrides/payout-targets.ts';
import { choiceKey, type PayoutFacts } from '../../src/overrides/types.ts';
import { ago, attempt, NOW, offers, payout } from './rules-ground.ts';

const SUCCESS = 'mark_paid:provider_success';
const BANK = 'mark_paid:bank_proof';
const DEAD = 'reject:attempts_dead';
const CANCELED = 'reject:provider_cancellation';
const RETRY = 'retry_above_limit:attempts_dead';

function judge(facts: Partial<PayoutFacts> = {}, given: Partial<PayoutOffers> = {}, freshMs = SENDING_MS) {
  const verdicts = payoutVerdicts(payout(facts), offers(given), NOW, freshMs);
  return new Map(verdicts.map((verdict) => [choiceKey(verdict), verdict]));
}
const held = (...given: Parameters<typeof judge>) =>
  [...judge(...given).values()].filter(({ holds }) => holds).map(choiceKey);
const against = (choice: string, ...given: Parameters<typeof judge>) => judge(...given).get(choice)?.reasons;

const said = (answer: ReturnType<typeof attempt>['answer'], more = {}) => ({
  attempts: [attempt(), attempt({ attemptId: 'a2', answer, ...more })],
});

describe('what may be done', () => {
  test.each<[string, Parameters<typeof judge>, string[]]>([
    ['all attempts dead, above the limit', [], [BANK, DEAD, CANCELED, RETRY]],
    ['all attempts dead, below the limit', [{ retryReasons: [] }], [BANK, DEAD, CANCELED]],
    ['the provider is silent', [said('silent')], [BANK]],
    ['the provider answers with errors', [said('error')], [BANK]],
    ['one attempt was never asked about', [said(null, { askedAt: null })], [BANK]],
    ['one answer is six minutes old', [said('failed', { askedAt: ago(SENDING_MS + 1) })], [BANK]],
    [
      'one answer is just five minutes old',
      [said('failed', { askedAt: ago(SENDING_MS) })],
      [BANK, DEAD, CANCELED, RETRY],
    ],
    ['one answer is of the future', [said('failed', { askedAt: ago(-1) }), {}, Infinity], [BANK]],
    ['one answer is of no moment', [said('failed', { askedAt: 'soon' }), {}, Infinity], [BANK]],
    [
      'an old answer at the vote',
      [said('failed', { askedAt: ago(9e7) }), {}, Infinity],
      [BANK, DEAD, CANCELED, RETRY],
    ],
    ['the provider knows nothing of one', [said('not_found')], [BANK, CANCELED]],
    ['the provider has one pending', [said('pending', { status: 'pending' })], [BANK, CANCELED]],
    ['the provider says that it paid', [said('succeeded')], [SUCCESS, BANK]],
    ['it said so long ago', [said('succeeded', { askedAt: ago(9e7) })], [BANK]],
    ['the attempt says that it paid', [said('silent', { status: 'succeeded' })], [SUCCESS, BANK]],
    ['there is no attempt', [{ attempts: [] }], [BANK]],
    [
      'an attempt of ours is missing',
      [{ retryReasons: ['attempt_missing', 'attempts_exhausted'] }],
      [BANK, CANCELED],
    ],
    ['an attempt of a status nobody knows', [said('failed', { status: 'on_hold' })], [BANK, CANCELED]],
    ['it is burned', [{ burns: 1 }], []],
    ['it is burned less than nothing', [{ burns: -1 }], []],
    ['an entry of the ledger is not known', [{ retryReasons: ['ledger_unknown', 'attempts_exhausted'] }], []],
    ['nobody knows the tenant', [{ retryReasons: ['tenant_unknown', 'attempts_exhausted'] }], []],
    ['it is over', [{ isFinal: true }], []],
    [
      'the account is blocked',
      [{ retryReasons: ['account_inactive', 'attempts_exhausted'] }],
      [BANK, DEAD, CANCELED],
    ],
    [
      'the last attempt is of just now',
      [{ retryReasons: ['attempts_exhausted', 'cooldown'] }],
      [BANK, DEAD, CANCELED],
    ],
    ['it is not in the failed state', [{ state: 'approved' }], [BANK, DEAD, CANCELED]],
    [
      'the platform names no reject',
      [{}, { offerOf: (a) => (a === 'reject' ? 'not_named' : 'offered') }],
      [BANK, RETRY],
    ],
    [
      'it takes no mark paid in this state',
      [{}, { takesIn: (a) => a !== 'mark_paid' }],
      [DEAD, CANCELED, RETRY],
    ],
    ['its retry carries no override', [{}, { carriesOverride: false }], [BANK, DEAD, CANCELED]],
  ])('%s', (_name, given, choices) => {
    expect(held(...given)).toEqual(choices);
  });
});

describe('an operation of ours', () => {
  const operation = (endable: boolean) => ({
    operation: {
      id: 'o1',
      action: 'retry' as const,
      state: 'unknown' as const,
      requestedAt: ago(9e7),
      endable,
    },
    retryReasons: ['operation_open' as const, 'attempts_exhausted' as const],
  });

  test('under way bars everything', () => {
    expect(held(operation(false))).toEqual([]);
    expect(against(BANK, operation(false))).toEqual(['operation_open']);
  });

  test('that stays unknown is ended by hand, never by a retry', () => {
    expect(held(operation(true))).toEqual([BANK, DEAD, CANCELED]);
    expect(against(RETRY, operation(true))).toEqual(['operation_open']);
    const seen = { ...operation(true), retryReasons: ['attempts_exhausted' as const] };
    expect(against(RETRY, seen)).toEqual(['operation_open']);
  });

  test('that is told of and not seen bars too', () => {
    expect(against(DEAD, { retryReasons: ['operation_open'] })).toEqual(['operation_open']);
  });
});

describe('every reason is told', () => {
  test('in one order, whatever is against it', () => {
    const reasons = against(
      RETRY,
      {
        ...said('silent', { status: 'pending' }),
        burns: 1,
        state: 'processing',
        retryReasons: ['rate_unknown'],
      },
      { offerOf: () => 'no_lookup', carriesOverride: false },
    );
    expect(reasons).toEqual([
      'burned',
      'attempt_open',
      'wrong_state',
      'not_above_limit',
      'no_final_failure',
      'rate_unknown',
      'no_lookup',
      'no_waiver',
    ]);
    expect(reasons).toEqual(AGAINST.filter((word) => reasons?.includes(word)));
  });

  test.each<[string, string, Parameters<typeof judge>, string[]]>([
    ['a silent provider', CANCELED, [said('silent')], ['provider_silent']],
    ['a silent provider, of dead attempts', DEAD, [said('silent')], ['no_final_failure']],
    ['no attempt to cancel', CANCELED, [{ attempts: [] }], ['no_attempt']],
    ['nobody said that it is paid', SUCCESS, [], ['no_provider_success']],
    ['somebody said that it is paid', CANCELED, [said('succeeded')], ['attempt_succeeded']],
    [
      'somebody said so long ago',
      DEAD,
      [said('succeeded', { askedAt: ago(9e7) })],
      ['attempt_succeeded', 'answer_old'],
    ],
    [
      'what is over says nothing more of its state',
      BANK,
      [{ isFinal: true }, { takesIn: () => false }],
      ['state_final'],
    ],
    [
      'what is not named says nothing of the state',
      BANK,
      [{}, { takesIn: () => false, offerOf: () => 'not_named' }],
      ['not_named'],
    ],
    [
      'reasons of age are taken anew',
      DEAD,
      [{ retryReasons: ['answer_old', 'not_asked', 'no_final_failure'] }],
      [],
    ],
  ])('%s', (_name, choice, given, reasons) => {
    expect(against(choice, ...given)).toEqual(reasons);
  });
});

test('documents need evidence, they and every mark paid two people', () => {
  const words = [...judge().values()].map((verdict) => [verdict.needsEvidence, verdict.needsTwo]);
  expect(words).toEqual([
    [false, true],
    [true, true],
    [false, false],
    [true, true],
    [false, false],
  ]);
});
