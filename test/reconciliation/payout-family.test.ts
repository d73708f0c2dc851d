import { expect, test } from 'vitest';
import type { Facts } from '../../src/reconciliation/context.ts';
import type { Answers, ProviderAnswer } from '../../src/platform/types.ts';
import { makeRates } from '../../src/finance/rates.ts';
import { observePayout } from '../../src/reconciliation/rules/payout-family.ts';
import type { PayoutRow } from '../../src/finance/payout-row.ts';
import { observeStuckDeposit } from '../../src/reconciliation/rules/stuck-deposits.ts';
import { testPolicy } from './harness.ts';

const now = new Date('2026-01-15T06:00:00Z');
const ago = (minutes: number, ms = 0) => new Date(now.getTime() - minutes * 60_000 - ms);
const facts: Facts = { policy: testPolicy(), observedAt: now, rates: makeRates('USD', []) };

interface Try {
  status?: string;
  minutes?: number;
  answer?: ProviderAnswer;
  askedMinutes?: number;
}

interface Given {
  state?: string;
  since?: Date;
  requested?: Date;
  minor?: string;
  currency?: string;
  tries?: Try[];
  burns?: number;
  account?: string | null;
  provider?: string | null;
  tenant?: string;
}

function look(given: Given, using: Facts = facts): string | null {
  const { tries = [] } = given;
  const answers: Answers = new Map(
    tries.flatMap(({ answer, askedMinutes = 1 }, index) =>
      answer === undefined ? [] : [[`a${index}`, { answer, askedAt: ago(askedMinutes) }] as const],
    ),
  );
  const row: PayoutRow = {
    id: 't1',
    tenant_id: given.tenant ?? 'anadolu',
    account_id: 'acc',
    currency: given.currency ?? 'USD',
    provider: 'kuzey',
    state: given.state ?? 'payout_failed',
    amount_minor: given.minor ?? '5000',
    state_since: given.since ?? ago(10),
    requested_at: given.requested ?? ago(60),
    final_at: null,
    attempts: tries.map(({ status = 'failed', minutes = 20 }, index) => ({
      id: `a${index}`,
      status,
      error_code: null,
      provider: 'kuzey',
      provider_ref: `kuzey-${index}`,
      created_at: ago(minutes).toISOString(),
    })),
    burns: given.burns ?? 0,
    ledger_unknown: false,
    account_status: given.account === undefined ? 'active' : given.account,
    provider_status: given.provider === undefined ? 'active' : given.provider,
  };
  const seen = observePayout(row, { answers, operations: new Map() }, using);
  if (seen === null) return null;
  const reason = seen.evidence.args['reason'];
  const detail = seen.evidence.key + (typeof reason === 'string' ? `:${reason}` : '');
  return `${seen.class} ${seen.action} ${detail}`;
}

const stuck = (since: Date, tries: Try[] = []) => look({ state: 'processing', since, tries });

test.each([
  ['29 minutes', ago(29), null],
  ['30 minutes', ago(30), null],
  ['30 minutes and a bit', ago(30, 1), 'MED manual_review R19.not_asked'],
  ['31 minutes', ago(31), 'MED manual_review R19.not_asked'],
  ['120 minutes', ago(120), 'MED manual_review R19.not_asked'],
  ['120 minutes and a bit', ago(120, 1), 'HIGH escalate R20'],
])('a payout that stands still %s', (_title, since, expected) => {
  expect(stuck(since)).toBe(expected);
});

test.each<[ProviderAnswer, string]>([
  ['pending', 'LOW recheck R19.pending'],
  ['succeeded', 'MED recheck R19.final'],
  ['failed', 'MED recheck R19.final'],
  ['silent', 'MED manual_review R19.silent'],
  ['error', 'MED manual_review R19.silent'],
  ['not_found', 'MED manual_review R19.not_found'],
])('stuck, and the provider says %s', (answer, expected) => {
  expect(stuck(ago(40), [{ status: 'submitted', minutes: 40, answer }])).toBe(expected);
});

test('an answer of 16 minutes ago says nothing', () => {
  const old = { status: 'submitted', minutes: 40, answer: 'pending', askedMinutes: 16 } as const;
  expect(stuck(ago(40), [old])).toBe('MED manual_review R19.not_asked');
});

test('two open attempts are never rechecked alone', () => {
  const open = { status: 'submitted', minutes: 40, answer: 'pending' } as const;
  expect(stuck(ago(40), [open, { status: 'unknown', minutes: 35 }])).toBe('MED manual_review R19.two_open');
});

test('an open attempt counts from its own time', () => {
  const since = ago(5);
  expect(stuck(since, [{ status: 'unknown', minutes: 121 }])).toBe('HIGH escalate R20');
  expect(look({ state: 'payout_failed', tries: [{ status: 'unknown', minutes: 31 }] })).toMatch(/R19/);
});

test('asked for and approved are not stuck', () => {
  expect(look({ state: 'requested', since: ago(600) })).toBeNull();
  expect(look({ state: 'approved', since: ago(600) })).toBeNull();
});

const dead: Try = { answer: 'failed' };
test.each<[string, Given, string | null]>([
  ['proven dead', { tries: [dead] }, 'LOW retry R23.safe'],
  ['proven dead, 1,000 and more', { tries: [dead], minor: '100000' }, 'LOW retry R23.safe'],
  ['proof of 5 minutes ago', { tries: [{ ...dead, askedMinutes: 5 }] }, 'LOW retry R23.safe'],
  ['proof of 15 minutes', { tries: [{ ...dead, askedMinutes: 15 }] }, 'LOW retry R23.safe'],
  ['older proof', { tries: [{ ...dead, askedMinutes: 16 }] }, 'MED manual_review R23.not_safe:answer_old'],
  ['not asked', { tries: [{}] }, 'MED manual_review R23.not_safe:not_asked'],
  ['one of two not asked', { tries: [dead, {}] }, 'MED manual_review R23.not_safe:not_asked'],
  [
    'pending proves nothing',
    { tries: [{ answer: 'pending' }] },
    'MED manual_review R23.not_safe:no_final_failure',
  ],
  [
    'silence proves nothing',
    { tries: [{ answer: 'silent' }] },
    'MED manual_review R23.not_safe:no_final_failure',
  ],
  [
    'not found proves nothing',
    { tries: [{ answer: 'not_found' }] },
    'MED manual_review R23.not_safe:no_final_failure',
  ],
  [
    'the provider paid',
    { tries: [{ answer: 'succeeded' }] },
    'MED manual_review R23.not_safe:attempt_succeeded',
  ],
  [
    'an attempt succeeded',
    { tries: [{ status: 'succeeded' }] },
    'MED manual_review R23.not_safe:attempt_succeeded',
  ],
  ['an open attempt', { tries: [{ status: 'pending' }] }, 'MED manual_review R23.not_safe:attempt_open'],
  [
    'a status nobody knows',
    { tries: [{ ...dead, status: 'settling' }] },
    'MED manual_review R23.not_safe:attempt_open',
  ],
  ['no attempt', {}, 'MED manual_review R23.not_safe:no_attempt'],
  ['account frozen', { tries: [dead], account: 'frozen' }, 'MED manual_review R23.not_safe:account_inactive'],
  ['account unknown', { tries: [dead], account: null }, 'MED manual_review R23.not_safe:account_unknown'],
  [
    'provider stopped',
    { tries: [dead], provider: 'stopped' },
    'MED manual_review R23.not_safe:provider_stopped',
  ],
  ['provider unknown', { tries: [dead], provider: null }, 'MED manual_review R23.not_safe:provider_unknown'],
  ['tenant unknown', { tries: [dead], tenant: 'who' }, 'MED manual_review R23.not_safe:tenant_unknown'],
  ['not safe, 999.99', { tries: [{}], minor: '99999' }, 'MED manual_review R23.not_safe:not_asked'],
  ['not safe, 1,000', { tries: [{}], minor: '100000' }, 'HIGH manual_review R23.not_safe:not_asked'],
  ['cooldown', { tries: [{ ...dead, minutes: 0.5 }] }, 'LOW wait R22'],
  ['cooldown over', { tries: [{ ...dead, minutes: 1 }] }, 'LOW retry R23.safe'],
  ['cooldown, not asked', { tries: [{ minutes: 0.5 }] }, 'MED manual_review R23.not_safe:not_asked'],
  ['cooldown without rate', { tries: [{ ...dead, minutes: 0.5 }], currency: 'EUR' }, 'MED wait R22'],
  ['three attempts', { tries: [dead, dead, dead] }, 'MED manual_review R21'],
  ['three attempts, 1,000', { tries: [dead, dead, dead], minor: '100000' }, 'HIGH manual_review R21'],
  ['24 hours', { tries: [dead], requested: ago(24 * 60) }, 'LOW retry R23.safe'],
  ['over 24 hours', { tries: [dead], requested: ago(24 * 60, 1) }, 'HIGH escalate R23.old'],
  [
    'over 24 hours, three attempts',
    { tries: [dead, dead, dead], requested: ago(1500) },
    'HIGH escalate R23.old',
  ],
  ['burned: not held any more', { tries: [dead], burns: 1 }, null],
])('a failed payout: %s', (_title, given, expected) => {
  expect(look(given)).toBe(expected);
});

test('a limit without a known rate is not safe', () => {
  const limited = testPolicy((text) =>
    text.replace('max_attempts: 3', 'max_attempts: 3\n  amount_limit: "50"'),
  );
  const using = { ...facts, policy: limited };
  expect(look({ tries: [dead] }, using)).toBe('LOW retry R23.safe');
  expect(look({ tries: [dead], minor: '5001' }, using)).toBe('MED manual_review R23.not_safe:over_limit');
  expect(look({ tries: [dead], currency: 'EUR' }, using)).toBe('MED manual_review R23.not_safe:rate_unknown');
});

test.each([
  [59, null],
  [60, null],
  [61, 'R19'],
  [120, 'R19'],
  [121, 'R20'],
])('a deposit that waits %s minutes', (minutes, rule) => {
  const row = {
    id: 'd1',
    tenant_id: 'anadolu',
    account_id: 'acc',
    currency: 'USD',
    provider: null,
    state: 'pending_provider',
    amount_minor: '100',
    state_since: ago(minutes),
  };
  expect(observeStuckDeposit(row, facts)?.rule ?? null).toBe(rule);
});
