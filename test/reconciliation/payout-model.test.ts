import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptRow, PayoutRow } from '../../src/finance/payout-row.ts';
import { makeRates } from '../../src/finance/rates.ts';
import { PROVIDER_ANSWERS, type ProviderAnswer } from '../../src/platform/types.ts';
import type { Facts } from '../../src/reconciliation/context.ts';
import { observePayout } from '../../src/reconciliation/rules/payout-family.ts';
import { payoutKey } from '../../src/findings/deps.ts';
import { testPolicy } from './harness.ts';

const NOW = Date.parse('2026-01-15T06:00:00Z');
const MINUTE = 60_000;
const facts: Facts = { policy: testPolicy(), observedAt: new Date(NOW), rates: makeRates('USD', []) };

interface Drawn {
  state: string;
  /** Milliseconds ago, as all times here. */
  since: number;
  requestedBefore: number;
  minor: number;
  currency: 'USD' | 'EUR';
  attempts: { status: string; ago: number; answer: ProviderAnswer | null; askedAgo: number }[];
  burns: number;
  account: string | null;
  provider: string | null;
  tenant: string;
  own: { isOpen: boolean; expected: number };
}

/** Around every limit there is, on both sides and on it. */
const near = (...limits: number[]) =>
  fc.oneof(
    fc.constantFrom(...limits.flatMap((ms) => [ms - 1, ms, ms + 1])),
    fc.integer({ min: 0, max: 3 * 60 * MINUTE }),
  );
/** Mostly what is well, so that the rare ways to go wrong stand alone. */
const mostly = <T>(well: T, ...others: T[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(well) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const drawn: fc.Arbitrary<Drawn> = fc.record({
  state: fc.oneof(
    fc.constant('payout_failed'),
    fc.constantFrom('payout_pending', 'payout_submitted', 'processing', 'requested', 'approved', 'paid'),
  ),
  since: near(30 * MINUTE, 120 * MINUTE),
  requestedBefore: fc.oneof(fc.integer({ min: 0, max: 60 * MINUTE }), fc.constant(24 * 60 * MINUTE)),
  minor: fc.constantFrom(1, 999, 1_000, 5_000, 99_999, 100_000, 100_001),
  currency: mostly<Drawn['currency']>('USD', 'EUR'),
  attempts: fc.array(
    fc.record({
      status: mostly('failed', 'pending', 'submitted', 'unknown', 'succeeded'),
      ago: near(MINUTE, 30 * MINUTE, 120 * MINUTE),
      answer: mostly<ProviderAnswer | null>('failed', null, ...PROVIDER_ANSWERS),
      askedAgo: mostly(MINUTE, 0, 15 * MINUTE, 15 * MINUTE + 1, 40 * MINUTE),
    }),
    { maxLength: 4 },
  ),
  burns: mostly(0, 1),
  account: mostly<string | null>('active', 'frozen', null),
  provider: mostly<string | null>('active', 'stopped', null),
  tenant: mostly('anadolu', 'who'),
  own: fc.record({ isOpen: mostly(false, true), expected: mostly(0, 1, 2, 3) }),
});

/**
 * The tables of the domain, sections 4 and 5, read once more: the first that holds of R20; R23 over 24 h; R19; R21; R23
 * not safe; R22; R23 safe. Failures older than three days are over 24 h as well, so age lifts nothing here.
 */
function expected(payout: Drawn): string | null {
  const open = payout.attempts.filter(({ status }) => /^(pending|submitted|unknown)$/.test(status));
  const ages = open.map(({ ago }) => ago);
  if (/^(payout_pending|payout_submitted|processing)$/.test(payout.state)) ages.push(payout.since);
  const stuckFor = Math.max(0, ...ages);
  const isHeld = payout.state === 'payout_failed' && payout.burns === 0;
  const lowest = payout.currency === 'USD' ? 'LOW' : 'MED';
  const marked = payout.currency === 'USD' && payout.minor >= 100_000 ? 'HIGH' : 'MED';
  if (stuckFor > 120 * MINUTE) return 'R20 HIGH escalate';
  if (isHeld && payout.since + payout.requestedBefore > 24 * 60 * MINUTE) return 'R23 HIGH escalate';
  if (stuckFor > 30 * MINUTE) {
    if (open.length > 1) return 'R19 MED manual_review';
    const asked = open[0] ?? payout.attempts.at(-1);
    const isFresh = asked !== undefined && asked.answer !== null && asked.askedAgo <= 15 * MINUTE;
    const answer = isFresh ? asked.answer : 'not asked';
    if (answer === 'pending') return `R19 ${lowest} recheck`;
    if (answer === 'succeeded' || answer === 'failed') return 'R19 MED recheck';
    return 'R19 MED manual_review';
  }
  if (!isHeld) return null;
  if (payout.attempts.length >= 3) return `R21 ${marked} manual_review`;
  if (!isProvenDead(payout)) return `R23 ${marked} manual_review`;
  return payout.attempts.some(({ ago }) => ago < MINUTE) ? `R22 ${lowest} wait` : `R23 ${lowest} retry`;
}

/** Section 5, but for the count of attempts and the cooldown, which have rules of their own. */
function isProvenDead({ attempts, account, provider, tenant, own }: Drawn): boolean {
  const isDead = attempts.every(
    ({ status, answer, askedAgo }) => status === 'failed' && answer === 'failed' && askedAgo <= 15 * MINUTE,
  );
  const isWell = account === 'active' && provider === 'active' && tenant === 'anadolu';
  return isDead && isWell && attempts.length >= Math.max(1, own.expected) && !own.isOpen;
}

function seen(payout: Drawn): string | null {
  const at = (ago: number) => new Date(NOW - ago);
  const attempts = payout.attempts.map(({ status, ago }, index): AttemptRow => ({
    id: `a${index}`,
    status,
    provider: 'kuzey',
    provider_ref: `kuzey-${index}`,
    error_code: null,
    created_at: at(ago).toISOString(),
  }));
  const row: PayoutRow = {
    id: 't1',
    tenant_id: payout.tenant,
    account_id: 'acc',
    currency: payout.currency,
    provider: 'kuzey',
    state: payout.state,
    amount_minor: String(payout.minor),
    state_since: at(payout.since),
    requested_at: at(payout.since + payout.requestedBefore),
    final_at: null,
    attempts,
    burns: payout.burns,
    ledger_unknown: false,
    account_status: payout.account,
    provider_status: payout.provider,
  };
  const answers = new Map(
    payout.attempts.flatMap(({ answer, askedAgo }, index) =>
      answer === null ? [] : [[`a${index}`, { answer, askedAt: at(askedAgo) }] as const],
    ),
  );
  const { isOpen, expected: attemptsExpected } = payout.own;
  const key = payoutKey({ tenantId: payout.tenant, transactionId: 't1' });
  const operations = new Map([[key, { isOpen, attemptsExpected, attemptIds: [] }]]);
  const finding = observePayout(row, { answers, operations }, facts);
  return finding === null ? null : `${finding.rule} ${finding.class} ${finding.action}`;
}

test('class and action are what the tables say', () => {
  const met = new Map<string | null, number>();
  fc.assert(
    fc.property(drawn, (payout) => {
      const wanted = expected(payout);
      met.set(wanted, (met.get(wanted) ?? 0) + 1);
      expect(seen(payout)).toBe(wanted);
    }),
    { numRuns: 10_000 },
  );
  // Every row of the table was drawn, so that agreement means something.
  for (const rule of ['R19', 'R20', 'R21', 'R22', 'R23'])
    expect([...met.keys()].some((line) => line?.startsWith(rule))).toBe(true);
});
