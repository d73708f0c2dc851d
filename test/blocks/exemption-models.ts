import type {
  ClosingModel,
  ExemptionLine,
  ExemptionModel,
  NagModel,
  RollModel,
} from '../../src/exemptions/models.ts';
import { standingOf } from '../../src/exemptions/standing.ts';
import type { Closing, Exemption, Nag } from '../../src/exemptions/types.ts';
import type { ExemptionId } from '../../src/ids.ts';

const ZONE = 'Europe/Istanbul';
const EXEMPTION_ID = '0e000000-0000-4000-8000-000000000007' as ExemptionId;
const CLOSING_ID = '0c000000-0000-4000-8000-000000000001';
const OWNER = 'U0OWNER1';
const DEPUTY = 'U0DEPUTY1';
const SECURITY1 = 'U0SECURITY1';

function makeExemption(change: Partial<Exemption> = {}): Exemption {
  return {
    id: EXEMPTION_ID,
    number: 7,
    name: 'Payment provider API key',
    place: 'production, payments',
    risk: 'HIGH',
    route: 'procure',
    ownerId: OWNER,
    ownerKey: 'owner1',
    deputyId: DEPUTY,
    deputyKey: 'deputy1',
    mitigation: 'Sandbox mode; traffic is blocked.',
    ticket: 'SEC-12',
    links: 'https://wiki.example/keys\nhttps://ci.example/run/7',
    openedBy: 'person:U0OPS1',
    openedAt: new Date('2026-01-05T07:00:00Z'),
    openedOn: '2026-01-05',
    firstDeadline: '2026-02-04',
    deadline: '2026-02-04',
    extensions: 0,
    state: 'open',
    closingId: null,
    closedAt: null,
    breachedAt: null,
    ...change,
  };
}

export function makeClosing(change: Partial<Closing> = {}): Closing {
  return {
    id: CLOSING_ID,
    exemptionId: EXEMPTION_ID,
    number: 1,
    submittedBy: OWNER,
    submitterKey: 'owner1',
    submittedAt: new Date('2026-02-01T08:30:00Z'),
    evidenceLink: 'https://ci.example/run/4711',
    evidenceNote: 'The live key answers, the test key gets 401.',
    state: 'waiting',
    decidedBy: null,
    deciderKey: null,
    decidedAt: null,
    decidedReason: '',
    ...change,
  };
}

const decided = { decidedBy: SECURITY1, deciderKey: 'security1' };
const decidedAt = new Date('2026-02-02T09:00:00Z');
const refusal = {
  state: 'refused',
  ...decided,
  decidedAt,
  decidedReason: 'The *old* key still works.',
} as const;

/** A line as it stands at 10:00 of a day. */
export function makeLine(
  day: string,
  change: Partial<Exemption> = {},
  closing: Closing | null = null,
): ExemptionLine {
  const exemption = makeExemption(change);
  return { exemption, standing: standingOf(exemption, new Date(`${day}T07:00:00Z`), ZONE), closing };
}

function makeNag(line: ExemptionLine, nag: Partial<Nag> = {}, more: Partial<NagModel> = {}): NagModel {
  const { exemption, standing } = line;
  const asked = new Date('2026-01-21T07:00:00Z');
  return {
    nag: {
      id: '0a000000-0000-4000-8000-000000000001',
      exemptionId: exemption.id,
      deadline: exemption.deadline,
      step: -standing.daysLeft,
      audience: 'owner',
      closingId: null,
      recipient: exemption.ownerId,
      dueAt: asked,
      askedAt: asked,
      sentAt: null,
      failedAt: null,
      ...nag,
    },
    exemption,
    standing,
    closing: line.closing,
    isCurrent: true,
    mentions: { users: [], groups: [] },
    timeZone: ZONE,
    ...more,
  };
}

const extended = { extensions: 1, deadline: '2026-02-25' };
const inReview = { state: 'closing', closingId: CLOSING_ID } as const;
const closed = { ...inReview, state: 'closed', closedAt: decidedAt } as const;
const toReviewers = { audience: 'reviewers', recipient: 'security', step: 2, closingId: CLOSING_ID } as const;
const mentions = { users: [SECURITY1, 'U0SECURITY2'], groups: ['S0SECURITY'] };

export const NAGS: Readonly<Record<string, NagModel>> = {
  two_weeks: makeNag(makeLine('2026-01-21')),
  one_day: makeNag(makeLine('2026-02-03', { route: 'rotate', risk: 'MED' })),
  today: makeNag(makeLine('2026-02-04', { mitigation: '', ticket: '', links: '', deputyId: null })),
  overdue: makeNag(makeLine('2026-02-07')),
  extended: makeNag(makeLine('2026-02-18', extended)),
  extended_past: makeNag(makeLine('2026-02-26', { ...extended, extensions: 2 })),
  older: makeNag(makeLine('2026-02-03'), {}, { isCurrent: false }),
  handed_in: makeNag(makeLine('2026-02-02', inReview, makeClosing()), {}, { isCurrent: false }),
  closed: makeNag(makeLine('2026-02-03', closed), {}, { isCurrent: false }),
  of_security: makeNag(
    makeLine('2026-02-05', { ownerId: 'security', ownerKey: 'security' }),
    {},
    { mentions },
  ),
  lead: makeNag(makeLine('2026-02-05'), { audience: 'lead', recipient: 'U0LEAD1' }),
  reviewers: makeNag(makeLine('2026-02-05', inReview, makeClosing()), toReviewers, { mentions }),
};

function makeClosingModel(closing: Partial<Closing>, change: Partial<Exemption> = inReview): ClosingModel {
  const { exemption, standing } = makeLine('2026-02-02', change);
  return { closing: makeClosing(closing), exemption, standing, timeZone: ZONE };
}

export const CLOSINGS: Readonly<Record<string, ClosingModel>> = {
  waiting: makeClosingModel({}),
  by_deputy: makeClosingModel(
    { submittedBy: DEPUTY, evidenceLink: 'see ticket' },
    { ...inReview, route: 'rotate' },
  ),
  accepted: makeClosingModel({ state: 'accepted', ...decided, decidedAt }, closed),
  refused: makeClosingModel(refusal, {}),
  withdrawn: makeClosingModel({ state: 'withdrawn', decidedBy: OWNER, deciderKey: 'owner1', decidedAt }, {}),
};

const overdue = (number: number): ExemptionLine =>
  makeLine('2026-02-07', { number, risk: number % 2 === 0 ? 'LOW' : 'HIGH' });

export const ROLLS: Readonly<Record<string, RollModel>> = {
  none: { day: '2026-02-07', lines: [], more: 0, timeZone: ZONE },
  one: { day: '2026-02-07', lines: [overdue(7)], more: 0, timeZone: ZONE },
  many: {
    day: '2026-02-07',
    lines: [overdue(7), overdue(8), makeLine('2026-02-07', inReview, makeClosing())],
    more: 4,
    timeZone: ZONE,
  },
};

/** What Details show of one. */
export function makeDetail(line: ExemptionLine, change: Partial<ExemptionModel> = {}): ExemptionModel {
  return {
    ...line,
    extensions: [],
    closings: [],
    nags: [],
    history: [{ at: line.exemption.openedAt, actor: line.exemption.openedBy, action: 'exemption.added' }],
    pendingExtension: null,
    timeZone: ZONE,
    now: new Date('2026-02-05T07:00:00Z'),
    ...change,
  };
}

const sent = NAGS['overdue']!.nag;

export const DETAILS: Readonly<Record<string, ExemptionModel>> = {
  open: makeDetail(makeLine('2026-01-21')),
  extended: makeDetail(
    makeLine('2026-02-18', { ...extended, breachedAt: new Date('2026-02-04T21:00:00Z') }),
    {
      extensions: [
        { number: 1, overrideId: 'o', decidedOn: '2026-01-29', was: '2026-02-04', deadline: '2026-02-25' },
      ],
      closings: [makeClosing(refusal)],
      nags: [
        { ...sent, sentAt: new Date('2026-02-03T07:00:00Z') },
        { ...sent, failedAt: new Date('2026-02-04T07:00:00Z') },
      ],
      pendingExtension: { overrideId: 'o', message: { channelId: 'C1', ts: '1.2', threadTs: null } },
    },
  ),
  closing: makeDetail(makeLine('2026-02-02', inReview, makeClosing()), { closings: [makeClosing()] }),
  closed: makeDetail(makeLine('2026-02-03', closed), {
    closings: [makeClosing({ state: 'accepted', ...decided, decidedAt })],
  }),
};

/** Texts as long, and as hostile, as they may be. */
export const WORST: Partial<Exemption> = {
  number: 999_999_999,
  name: '<!channel> *x* `y` '.repeat(7).slice(0, 120),
  place: '&<https://evil.example|here> '.repeat(5).slice(0, 120),
  mitigation: '<@U0OPS1> & '.repeat(100).slice(0, 1_000),
  ticket: '*<!here>*'.repeat(30).slice(0, 200),
  links: '<https://evil.example|x>\n'.repeat(60).slice(0, 1_000),
};
export const WORST_CLOSING: Partial<Closing> = {
  evidenceLink: `https://ci.example/${'a&<b>|'.repeat(90)}`.slice(0, 500),
  evidenceNote: '<!everyone> & `'.repeat(80).slice(0, 1_000),
  decidedReason: '<!everyone> & `'.repeat(80).slice(0, 1_000),
};
