import type { Choice, SloWindowFacts, Verdict } from '../../src/overrides/types.ts';
import type { FormModel, OverrideModel } from '../../src/overrides/models.ts';
import { makeForm } from '../support/override-forms.ts';
import {
  clock,
  makeOverrideModel,
  makeQuorum,
  makeVersion,
  makeVote,
  MANAGER1,
  MANAGER2,
} from '../support/override-models.ts';

const WINDOW_ID = '3e0f8a52-8a64-4f0e-9d0b-3b1f6f2f1a31';
const ENGINEER = 'U0ENGINEER';

/** 45 minutes of maintenance, by which the promise is broken. */
function makeWindowFacts(changes: Partial<SloWindowFacts> = {}): SloWindowFacts {
  return {
    kind: 'slo_window',
    tenantId: '-',
    windowId: WINDOW_ID,
    number: 7,
    slo: 'api-availability',
    title: { en: 'API availability', tr: 'API erişilebilirliği' },
    target: 0.999,
    fromAt: '2026-01-15T04:10:00.000Z',
    toAt: '2026-01-15T04:55:00.000Z',
    cause: 'maintenance',
    note: 'The database was moved to its new machine, as announced on Monday.',
    state: 'asked',
    createdBy: `person:${ENGINEER}`,
    createdKey: 'engineer1',
    good: 42_300,
    valid: 45_000,
    valueNow: 0.99888,
    valueAfter: 0.99931,
    leftNow: -0.12,
    leftAfter: 0.31,
    overlaps: null,
    rejectedBefore: false,
    readAt: '2026-01-15T06:40:00.000Z',
    ...changes,
  };
}

const LEAVE_OUT: Choice = { target: 'leave_out', basis: 'maintenance' };
const PUT_BACK: Choice = { target: 'put_back', basis: 'counted_again' };
const NO_AMOUNT = {
  accountId: null,
  payeeRef: null,
  currency: null,
  amountMinor: null,
  amountReportingMinor: null,
};

interface Given {
  facts?: Partial<SloWindowFacts>;
  choice?: Choice;
  override?: Partial<OverrideModel['override']>;
  version?: Partial<OverrideModel['version']>;
  votes?: OverrideModel['votes'];
}

/** A request about a stretch of time, asked for by command. */
export function makeWindowOverride({ choice = LEAVE_OUT, ...given }: Given = {}): OverrideModel {
  const facts = makeWindowFacts(given.facts);
  const version = makeVersion({ facts, quorum: windowQuorum(), ...given.version });
  const subject = { kind: 'slo_window', id: facts.windowId } as const;
  return makeOverrideModel(
    {
      ...NO_AMOUNT,
      ...choice,
      kind: 'slo_window',
      tenantId: '-',
      subject,
      requestedBy: `person:${ENGINEER}`,
      requesterKey: 'engineer1',
      reasonCode: 'planned_work',
      reason: 'It was announced a week before, and nobody was to use it then.',
      evidence: '',
      payoutId: null,
      ...given.override,
    },
    {
      version,
      votes: given.votes ?? [],
      tenantName: '-',
      beneficiary: { key: 'engineer1', userIds: [] },
      origin: null,
    },
  );
}

function windowQuorum() {
  return makeQuorum({ needed: 1, rules: ['slo_window'], sumReportingMinor: null });
}

const rejection = makeVote({
  vote: 'reject',
  userId: MANAGER2,
  personKey: MANAGER2,
  seat: MANAGER2,
  reason: 'It was not announced to anybody.',
});
const done = {
  state: 'executed',
  approvedAt: clock('06:50:00'),
  overAt: clock('06:51:00'),
  overBy: 'job:override',
  stateBefore: makeWindowFacts(),
  readBackAt: clock('06:51:00'),
} as const;

/** Every state that tells of it differently. */
export const WINDOW_OVERRIDES: Readonly<Record<string, OverrideModel>> = {
  open: makeWindowOverride(),
  bad_data: makeWindowOverride({
    choice: { target: 'leave_out', basis: 'bad_data' },
    facts: { cause: 'bad_data', valueAfter: null, leftAfter: null, good: 0, valid: 0 },
    override: { reasonCode: 'source_wrong' },
  }),
  rejected_before: makeWindowOverride({
    facts: { rejectedBefore: true },
    override: { afterRejection: true },
    version: {
      quorum: makeQuorum({ rules: ['after_rejection', 'slo_window'], sumReportingMinor: null }),
    },
    votes: [makeVote({ userId: MANAGER1 })],
  }),
  executed: makeWindowOverride({
    override: { ...done, stateAfter: makeWindowFacts({ state: 'left_out' }) },
    votes: [makeVote()],
  }),
  put_back: makeWindowOverride({
    choice: PUT_BACK,
    facts: { state: 'left_out', valueNow: 0.99931, valueAfter: 0.99888, leftNow: 0.31, leftAfter: -0.12 },
    override: { reasonCode: 'written_wrongly' },
  }),
  void: makeWindowOverride({
    override: { state: 'void' },
    version: {
      voidedAt: clock('06:58:00'),
      changes: [{ what: 'condition', before: '', after: 'overlaps' }],
    },
  }),
  rejected: makeWindowOverride({
    override: { state: 'rejected', overBy: `person:${MANAGER2}`, overAt: clock('07:00:00') },
    votes: [rejection],
  }),
};

const verdict = (choice: Choice, reasons: string[] = []): Verdict => ({
  ...choice,
  holds: reasons.length === 0,
  reasons,
  needsEvidence: false,
  needsTwo: false,
});

/** The form that asks for it, of a stretch that was just written down. */
export function makeWindowForm(facts: Partial<SloWindowFacts> = {}): FormModel {
  return makeForm({
    facts: makeWindowFacts(facts),
    verdicts: [
      verdict(LEAVE_OUT),
      verdict({ target: 'leave_out', basis: 'bad_data' }, ['other_cause']),
      verdict(PUT_BACK, ['is_counted']),
    ],
    quorums: { 'leave_out:maintenance': windowQuorum() },
    beneficiary: { key: 'engineer1', userIds: [] },
    tenantName: '-',
  });
}
