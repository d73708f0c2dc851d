import type { Rule } from '../context.ts';
import { payoutFamily } from './payout-family.ts';
import { burnedTwice } from './r02-burned-twice.ts';
import { paidWithoutBurn } from './r04-paid-without-burn.ts';
import { burnWithoutPaid } from './r05-burn-without-paid.ts';
import { orphanWebhook } from './r24-orphan-webhook.ts';
import { unknownEvent } from './r25-unknown-event.ts';
import { paidTwice } from './r28-paid-twice.ts';
import { paidAndGivenBack } from './r29-paid-and-given-back.ts';
import { stuckDeposits } from './stuck-deposits.ts';

/** The rules that a scan runs one by one. R01, R06 and R07 go page by page over accounts (scan-accounts.ts). */
export const CATALOGUE: readonly Rule[] = [
  burnedTwice,
  paidWithoutBurn,
  burnWithoutPaid,
  payoutFamily,
  stuckDeposits,
  orphanWebhook,
  unknownEvent,
  paidTwice,
  paidAndGivenBack,
];

export const ACCOUNT_RULES = ['R01', 'R06', 'R07'] as const;
/** R26 looks at our own runs, R27 at the audit log, R30 at what the others saw. */
const OWN_RULES = ['R26', 'R27', 'R30'] as const;

/** Every rule a run runs, in order. */
export const RULE_IDS: readonly string[] = [
  ...new Set([...ACCOUNT_RULES, ...OWN_RULES, ...CATALOGUE.flatMap((rule) => rule.ids)]),
].toSorted();
