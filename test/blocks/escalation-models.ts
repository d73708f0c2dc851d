import type { EscalationModel, IncidentModel, StepModel } from '../../src/escalations/load-escalation.ts';
import type { Step } from '../../src/escalations/step-store.ts';
import type { Escalation, Route } from '../../src/escalations/types.ts';
import type { EscalationId, IncidentId, UserId } from '../../src/ids.ts';

export const OPS1 = 'U00000OPS1' as UserId;
const LEAD1 = 'U00000LEAD1' as UserId;
const at = (time: string): Date => new Date(`2026-01-15T${time}:00+03:00`);

const route: Route = {
  name: 'findings',
  levels: (['ops', 'managers', 'leads'] as const).map((role) => ({
    roles: [role],
    groups: [],
    users: [],
    waitMinutes: null,
  })),
  waitMinutes: { sev1: 15, sev2: 60, sev3: 60 },
  lapseMinutes: { sev1: 60, sev2: 240, sev3: 480 },
  workingHoursOnly: ['sev3'],
  laterRoundMinutes: 240,
};

/** A drifted wallet that nobody has answered yet. */
function makeEscalation(changes: Partial<Escalation> = {}): Escalation {
  return {
    id: '3f9f4a52-8a64-4f0e-9d0b-3b1f6f2f1a10' as EscalationId,
    causeKey: 'cause',
    subject: { kind: 'finding', id: '0b0e6c5e-25a8-4b9c-8f0f-2b4f6e1c9d01' },
    tenantId: 'anadolu',
    title: { kind: 'finding', rule: 'R01', subject: { kind: 'account', id: 'acc-000042' } },
    severity: 'sev1',
    startedBy: 'rule:R01',
    startedAt: at('08:57'),
    route,
    state: 'open',
    round: 1,
    level: 1,
    slow: false,
    stepsTold: 1,
    nextAt: at('09:12'),
    paged: true,
    acknowledgedBy: null,
    acknowledgedAt: null,
    owner: null,
    awaitsRun: false,
    rootCause: null,
    remediation: null,
    rootCauseBy: null,
    resolvedAt: null,
    resolvedBy: null,
    resolvedHow: null,
    ...changes,
  };
}

export function makeStep(changes: Partial<Step> = {}): Step {
  return {
    round: 1,
    level: 1,
    why: 'started',
    dueAt: at('08:57'),
    at: at('08:57'),
    passedOver: null,
    stepNo: 0,
    told: { users: [OPS1, 'U00000OPS2'], groups: [] },
    rollKey: null,
    ...changes,
  };
}

export function makeEscalationModel(
  escalation: Partial<Escalation> = {},
  changes: Partial<EscalationModel> = {},
): EscalationModel {
  return {
    escalation: makeEscalation(escalation),
    incident: { number: 7 },
    steps: [makeStep()],
    finding: {
      subject: { kind: 'account', id: 'acc-000042' },
      tenantId: 'anadolu',
      accountId: 'acc-000042',
      currency: 'TRY',
      amountMinor: 123_456n,
      amountReportingMinor: 4_115n,
    },
    open: 1,
    report: {
      runId: '6f1c8a52-8a64-4f0e-9d0b-3b1f6f2f1a10',
      message: { channelId: 'C1', ts: '1768456800.000100' },
    },
    timeZone: 'Europe/Istanbul',
    reportingCurrency: 'USD',
    ...changes,
  };
}

/** By the name of what is to be seen. */
export const ESCALATIONS: Readonly<Record<string, EscalationModel>> = {
  open: makeEscalationModel(),
  acknowledged: makeEscalationModel({
    state: 'acknowledged',
    acknowledgedBy: OPS1,
    acknowledgedAt: at('09:05'),
    owner: LEAD1,
    nextAt: at('10:05'),
  }),
  awaiting: makeEscalationModel({
    state: 'acknowledged',
    acknowledgedBy: OPS1,
    acknowledgedAt: at('09:05'),
    owner: OPS1,
    nextAt: at('10:05'),
    awaitsRun: true,
    rootCause: 'A worker ran twice',
    remediation: 'Take the lock first',
    rootCauseBy: OPS1,
  }),
  confirmed: makeEscalationModel({
    state: 'resolved',
    nextAt: null,
    resolvedAt: at('10:00'),
    resolvedBy: 'job:escalation',
    resolvedHow: 'confirmed',
  }),
  accepted: makeEscalationModel({
    state: 'resolved',
    nextAt: null,
    resolvedAt: at('10:00'),
    resolvedBy: 'job:escalation',
    resolvedHow: 'accepted',
    rootCause: 'Rounding of the bank',
    rootCauseBy: LEAD1,
  }),
  opening: makeEscalationModel(
    { title: { kind: 'opening' }, subject: { kind: 'reconciliation', id: 'opening' }, tenantId: null },
    { finding: null, open: 312 },
  ),
  many: makeEscalationModel(
    {
      title: { kind: 'many', day: '2026-01-15' },
      severity: 'sev2',
      tenantId: null,
      subject: { kind: 'reconciliation', id: 'many:2026-01-15' },
    },
    { finding: null, open: 9_876 },
  ),
  incident: makeEscalationModel(
    {
      title: { kind: 'words', words: 'Card payments <!here> fail' },
      tenantId: null,
      severity: 'sev3',
      subject: { kind: 'incident', id: 'incident:1.2.3' },
    },
    { finding: null, report: null, steps: [makeStep({ told: { users: [], groups: [] } })] },
  ),
  'passed-over': makeEscalationModel(
    { level: 2 },
    {
      steps: [
        makeStep({ passedOver: 'nobody', stepNo: null, told: null }),
        makeStep({ level: 2, told: { users: [], groups: ['S0FINANCE'] } }),
      ],
    },
  ),
};

const step = (changes: Partial<Step>, passedOver: Step[] = []): StepModel => ({
  escalation: makeEscalation({ acknowledgedBy: OPS1, acknowledgedAt: at('08:58') }),
  step: makeStep({ stepNo: 1, told: { users: [LEAD1], groups: [] }, ...changes }),
  passedOver,
  timeZone: 'Europe/Istanbul',
});

export const STEPS: Readonly<Record<string, StepModel>> = {
  unanswered: step({ level: 2, why: 'unanswered' }),
  exhausted: step({ round: 2, why: 'exhausted' }),
  lapsed: step({ round: 2, why: 'lapsed' }),
  paused: step({ level: 3, why: 'unanswered' }, [
    makeStep({ level: 2, passedOver: 'paused', stepNo: null, told: null }),
  ]),
  nobody: step({ round: 2, why: 'exhausted', told: { users: [], groups: [] } }, [
    makeStep({ level: 3, passedOver: 'nobody', stepNo: null, told: null }),
  ]),
};

export function makeIncidentModel(
  changes: Partial<IncidentModel['incident']> = {},
  escalation: Partial<Escalation> = {},
): IncidentModel {
  return {
    incident: {
      id: '11111111-8a64-4f0e-9d0b-3b1f6f2f1a10' as IncidentId,
      number: 7,
      escalationId: '3f9f4a52-8a64-4f0e-9d0b-3b1f6f2f1a10',
      title: { kind: 'finding', rule: 'R01', subject: { kind: 'account', id: 'acc-000042' } },
      severity: 'sev1',
      openedBy: 'rule:R01',
      openedAt: at('08:57'),
      state: 'open',
      resolvedAt: null,
      resolvedBy: null,
      rootCause: null,
      remediation: null,
      ...changes,
    },
    escalation: makeEscalation({ round: 2, ...escalation }),
    message: { channelId: 'C2', ts: '1768456801.000100' },
    timeZone: 'Europe/Istanbul',
  };
}

export const INCIDENTS: Readonly<Record<string, IncidentModel>> = {
  climbed: makeIncidentModel(),
  opened: makeIncidentModel(
    {
      title: { kind: 'words', words: 'Card payments <!here> fail' },
      severity: 'sev2',
      openedBy: `person:${OPS1}`,
    },
    {
      state: 'acknowledged',
      acknowledgedBy: LEAD1,
      acknowledgedAt: at('09:00'),
      nextAt: at('13:00'),
      round: 1,
    },
  ),
  over: makeIncidentModel({
    state: 'resolved',
    resolvedAt: at('10:00'),
    resolvedBy: `person:${OPS1}`,
    rootCause: 'A certificate ran out',
  }),
};
