import type { UserId } from '../../src/ids.ts';
import type { FormModel, OpenOverride } from '../../src/overrides/models.ts';
import type { Verdict } from '../../src/overrides/types.ts';
import { clock, makeFacts, makeQuorum, MANAGER1, OVERRIDE_ID, REQUESTER } from './override-models.ts';

/** What may be done about the payout of `makeFacts`, and what not. */
export const VERDICTS: Verdict[] = [
  {
    target: 'mark_paid',
    basis: 'provider_success',
    holds: false,
    reasons: ['no_provider_success'],
    needsEvidence: false,
    needsTwo: true,
  },
  {
    target: 'mark_paid',
    basis: 'bank_proof',
    holds: true,
    reasons: [],
    needsEvidence: true,
    needsTwo: true,
  },
  {
    target: 'reject',
    basis: 'attempts_dead',
    holds: true,
    reasons: [],
    needsEvidence: false,
    needsTwo: false,
  },
  {
    target: 'reject',
    basis: 'provider_cancellation',
    holds: false,
    reasons: ['provider_silent', 'answer_old', 'no_final_failure'],
    needsEvidence: true,
    needsTwo: true,
  },
  {
    target: 'retry_above_limit',
    basis: 'attempts_dead',
    holds: false,
    reasons: ['no_waiver'],
    needsEvidence: false,
    needsTwo: false,
  },
];

export function makeForm(changes: Partial<FormModel> = {}): FormModel {
  return {
    facts: makeFacts(),
    verdicts: VERDICTS,
    quorums: {
      'mark_paid:bank_proof': makeQuorum(),
      'reject:attempts_dead': makeQuorum({ needed: 1, rules: ['small'] }),
    },
    unreachable: [],
    beneficiary: { key: 'elif', userIds: ['U00000ELIF' as UserId] },
    isOwn: false,
    tenantName: 'Atlas',
    reportingCurrency: 'USD',
    timeZone: 'Europe/Istanbul',
    ticketPattern: '[A-Z]+-[0-9]+',
    askedNow: true,
    now: clock('06:40:00'),
    ...changes,
  };
}

export function makeOpenOverride(changes: Partial<OpenOverride> = {}): OpenOverride {
  return {
    id: OVERRIDE_ID,
    kind: 'payout',
    tenantId: 'atlas',
    subjectId: 'wd-2026-0001234',
    target: 'mark_paid',
    basis: 'bank_proof',
    amountMinor: 4_200_00n,
    currency: 'TRY',
    state: 'open',
    version: 1,
    approvals: 1,
    needed: 2,
    expiresAt: clock('10:41:00'),
    requestedBy: `person:${REQUESTER}`,
    votedBy: [MANAGER1],
    message: { channelId: 'C0PAYOUTS', ts: '1768459260.000200', threadTs: '1768459200.000100' },
    link: 'https://example.slack.com/archives/C0PAYOUTS/p1768459260000200',
    ...changes,
  };
}
