import { PAYMENT_STATES } from '../finance/contract.ts';
import { NOT_SAFE_REASONS } from '../operations/retry-safe.ts';
import type { Evidence, EvidenceValue } from './types.ts';

/**
 * What each argument of an evidence text is: `text` foreign text, `number` a count, `money` minor units with sign,
 * `at` an instant, `account` an account id; a list is a word out of that list (a state may also be a word that
 * nobody knows, which is shown as it is).
 */
type ArgumentKind = 'text' | 'number' | 'money' | 'at' | 'account' | readonly string[];

/**
 * Every evidence text, `findings.evidence.<key>`, and its arguments. Ages are whole minutes or hours at the moment of
 * observation; a provider nobody named is the text "-".
 */
export const EVIDENCE_ARGUMENTS = {
  /** Wallet minus (baseline + ledger), both buckets, either sign. */
  R01: { account: 'account', available: 'money', held: 'money' },
  /** The ledger moved money for an account that has no wallet: what the wallet should hold, negated. */
  'R01.no_wallet': { account: 'account', available: 'money', held: 'money' },
  R02: { burns: 'number', burned: 'money', amount: 'money' },
  R04: { amount: 'money', since: 'at' },
  R05: { state: PAYMENT_STATES, burned: 'money' },
  /** Held in the wallet against the sum of open withdrawals. */
  R06: { account: 'account', held: 'money', open: 'money' },
  'R06.negative': { account: 'account', held: 'money', open: 'money' },
  'R07.unexplained': { account: 'account', available: 'money' },
  /** Refunds and chargebacks of the account that are at least as large as what is missing. */
  'R07.explained': { account: 'account', available: 'money', explained: 'money' },
  'R19.not_asked': { state: PAYMENT_STATES, minutes: 'number', provider: 'text' },
  'R19.pending': { state: PAYMENT_STATES, minutes: 'number', provider: 'text' },
  'R19.final': {
    state: PAYMENT_STATES,
    minutes: 'number',
    provider: 'text',
    answer: ['succeeded', 'failed'],
  },
  /** The provider was asked and gave no answer, or an error. */
  'R19.silent': { state: PAYMENT_STATES, minutes: 'number', provider: 'text' },
  'R19.not_found': { state: PAYMENT_STATES, minutes: 'number', provider: 'text' },
  'R19.two_open': { state: PAYMENT_STATES, minutes: 'number', attempts: 'number', provider: 'text' },
  R20: { state: PAYMENT_STATES, minutes: 'number', provider: 'text' },
  /** `error`: what the last failed attempt ended with, "-" without a code. */
  R21: { attempts: 'number', limit: 'number', error: 'text' },
  R22: { until: 'at', attempts: 'number' },
  'R23.safe': { attempts: 'number', provider: 'text', error: 'text' },
  'R23.not_safe': { reason: NOT_SAFE_REASONS, attempts: 'number', provider: 'text', error: 'text' },
  'R23.old': { hours: 'number', attempts: 'number', provider: 'text', error: 'text' },
  R24: { provider: 'text', event: 'text', kind: 'text', transaction: 'text' },
  R25: { account: 'account', event: 'text' },
  'R26.failed': { at: 'at' },
  'R26.partial': { at: 'at' },
  /** No complete run within the limit; `hours` since the last one's window ended. */
  'R26.stale': { hours: 'number', limit: 'number' },
  /** There never was a complete run. */
  'R26.never': { limit: 'number' },
  'R26.twice': { times: 'number', at: 'at' },
  R27: { row: 'number', problem: 'text' },
  'R28.two_succeeded': { attempts: 'number', amount: 'money' },
  /** One provider reference on attempts of several payments. */
  'R28.shared_reference': { provider: 'text', reference: 'text', payments: 'number' },
  R29: { state: PAYMENT_STATES, amount: 'money' },
  /** Open breaks against the day's volume, both in the reporting currency; `share` in percent, two decimals. */
  R30: { open: 'money', volume: 'money', share: 'number' },
} as const satisfies Record<string, Record<string, ArgumentKind>>;

export type EvidenceKey = keyof typeof EVIDENCE_ARGUMENTS;

type ValueOf<Kind> = Kind extends 'number'
  ? number
  : Kind extends 'money'
    ? { money: { minor: string; currency: string } }
    : Kind extends 'at'
      ? { at: string }
      : Kind extends 'account'
        ? { account: string }
        : string;

type ArgumentsOf<K extends EvidenceKey> = {
  [Name in keyof (typeof EVIDENCE_ARGUMENTS)[K]]: ValueOf<(typeof EVIDENCE_ARGUMENTS)[K][Name]>;
};

/** One line of evidence; key and arguments are checked against the table by the compiler. */
export function makeEvidence<K extends EvidenceKey>(key: K, args: ArgumentsOf<K>): Evidence {
  return { key, args: args as Record<string, EvidenceValue> };
}

/** Minor units of a currency as an evidence argument. */
export function moneyArgument(
  minor: bigint,
  currency: string,
): { money: { minor: string; currency: string } } {
  return { money: { minor: minor.toString(), currency } };
}
