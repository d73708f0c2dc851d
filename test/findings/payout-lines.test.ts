import { afterAll, beforeAll, expect, test } from 'vitest';
import { payoutKey, type PayoutLine, type PayoutsOf } from '../../src/findings/deps.ts';
import { linkAlerts } from '../../src/findings/link-alerts.ts';
import { listFindings } from '../../src/findings/list-findings.ts';
import { NO_FILTER } from '../../src/findings/list-rules.ts';
import { openReview } from '../../src/findings/open-review.ts';
import type { ReviewModel } from '../../src/findings/review-model.ts';
import type { RunId, UserId } from '../../src/ids.ts';
import type { Person, Role } from '../../src/people/types.ts';
import { readWorst } from '../../src/reconciliation/worst.ts';
import { makeFindingsHouse, type FindingsHouse } from './house.ts';
import { observation } from './observation.ts';

const MESSAGE = { channelId: 'C1', ts: '1.2' };
const LINK = 'https://example.slack.com/archives/C1/p12';
const OFFERED: PayoutLine = {
  payoutId: 'p1',
  intentNo: 3,
  offersRetry: true,
  isOpen: true,
  operation: null,
  message: MESSAGE,
  offersOverride: false,
  override: null,
};
const AT = new Date('2026-01-15T06:00:00Z');
const done = { action: 'recheck', state: 'succeeded', by: 'person:U1', at: AT } as const;
let house: FindingsHouse;
let runId: RunId;
let line: PayoutLine | undefined;

/** Knows the payout t1 of one tenant, and nothing else. */
const payoutsOf: PayoutsOf = async (_db, payments) =>
  new Map(
    payments.flatMap((payment) =>
      line !== undefined && payment.transactionId === 't1' ? [[payoutKey(payment), line] as const] : [],
    ),
  );

beforeAll(async () => {
  house = await makeFindingsHouse();
  const payout = { rule: 'R23', family: 'payout', action: 'retry', risk: 'LOW' } as const;
  runId = await house.run([
    observation({ ...payout, id: 't1' }),
    observation({ ...payout, id: 't2' }),
    // Another matter of the same payment.
    observation({ id: 't1', rule: 'R04', causeKey: 'burn' }),
  ]);
});
afterAll(() => house.ours.drop());

function person(...roles: Role[]): Person {
  return { userId: 'U9' as UserId, key: 'U9', name: 'nine', locale: 'en', roles: new Set(roles) };
}

async function review(rule: string, who: Person): Promise<ReviewModel['payout']> {
  const [found] = await house.rows<{ id: string }>(
    `select id from findings where rule = $1 and subject_id = 't1'`,
    [rule],
  );
  const deps = { ...house.deps, payoutsOf, linkTo: async () => LINK };
  return (await openReview(deps, house.clock.now(), found?.id ?? '', who))?.payout ?? null;
}

test('a report knows where its payouts stand', async () => {
  line = OFFERED;
  const worst = await readWorst(house.ours.pool, runId, false, payoutsOf);
  const payouts = worst.map(({ rule, subject, payout }) => [rule, subject.id, payout?.canPress ?? null]);
  expect(payouts).toEqual(
    expect.arrayContaining([
      ['R04', 't1', null],
      ['R23', 't1', true],
      ['R23', 't2', null],
    ]),
  );
  expect(payouts).toHaveLength(3);
});

test.each([
  ['nothing was asked for', null, true],
  ['what was asked for is over', done, true],
  ['it was refused', { ...done, state: 'refused' }, true],
  ['it is accepted', { ...done, state: 'accepted' }, false],
  ['it is sent', { ...done, state: 'sent' }, false],
  ['it is unknown', { ...done, state: 'unknown' }, false],
] as const)('may be pressed while %s', async (_title, operation, canPress) => {
  line = { ...OFFERED, operation };
  const worst = await readWorst(house.ours.pool, runId, false, payoutsOf);
  expect(worst.find(({ payout }) => payout !== null)?.payout?.canPress).toBe(canPress);
});

test.each<[Role, boolean, boolean]>([
  ['ops', true, true],
  ['managers', true, true],
  ['leads', true, true],
  ['sre', false, true],
  ['security', false, false],
])('Review offers %s what they may press', async (role, mayRetry, mayRecheck) => {
  line = OFFERED;
  expect(await review('R23', person(role))).toMatchObject({ link: LINK, mayRetry, mayRecheck });
});

test('Review offers no retry that is not offered, and nothing under way or over', async () => {
  line = { ...OFFERED, offersRetry: false };
  expect(await review('R23', person('ops'))).toMatchObject({ mayRetry: false, mayRecheck: true });
  line = { ...OFFERED, operation: { ...done, state: 'sent' } };
  expect(await review('R23', person('ops'))).toMatchObject({ mayRetry: false, mayRecheck: false });
  line = { ...OFFERED, isOpen: false };
  expect(await review('R23', person('ops'))).toMatchObject({ mayRetry: false, mayRecheck: false });
});

test('other findings of the payment have no payout', async () => {
  line = OFFERED;
  expect(await review('R04', person('ops'))).toBeNull();
});

test('the list links to alerts that stand', async () => {
  const { findings } = await listFindings(house.ours.pool, {
    filter: NO_FILTER,
    page: 1,
    me: 'U9',
    runId,
  });
  const links = async () => {
    const found = await linkAlerts({ payoutsOf, linkTo: async () => LINK }, house.ours.pool, findings);
    return findings.filter(({ id }) => found.has(id)).map(({ rule, subject }) => `${rule} ${subject.id}`);
  };
  line = OFFERED;
  expect(await links()).toEqual(['R23 t1']);
  line = { ...OFFERED, message: null };
  expect(await links()).toEqual([]);
  line = { ...OFFERED, isOpen: false };
  expect(await links()).toEqual([]);
});
