import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addAction } from '../../src/actions/add-action.ts';
import { finishAction } from '../../src/actions/finish-action.ts';
import { loadReview, REVIEW_SOURCE } from '../../src/exemptions/load-review.ts';
import { reviewDayOf } from '../../src/exemptions/review-figures.ts';
import { makeLog } from '../../src/log.ts';
import { SECURITY } from '../actions/ground.ts';
import { makeTestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { reviewPolicy, reviewsOf, runSlot } from './review-ground.ts';

let ours: TestDatabase;
const policy = reviewPolicy();
const FIRST = new Date('2026-01-15T07:00:00Z');
const SECOND = new Date('2026-01-29T07:00:00Z');

beforeAll(async () => {
  ours = await createOurDatabase();
});
afterAll(() => ours.drop());
beforeEach(async () => {
  for (const table of ['tasks', 'cards', 'actions', 'exemption_reviews'])
    await ours.pool.query(`delete from ${table}`);
});

let serial = 0;
async function add(openedOn: string, deadline: string, closedAt: string | null = null): Promise<void> {
  serial += 1;
  await ours.pool.query(
    `insert into exemptions (id, name, place, risk, route, owner_id, owner_key, mitigation, ticket, links, opened_by,
       opened_at, opened_on, first_deadline, deadline, state, closed_at, breached_at)
     values (gen_random_uuid(), $1, 'here', 'HIGH', 'procure', 'UOWN', 'owner1', '', '', '', 'person:U1',
       $2::date, $2, $3, $3, $4, $5, case when $3::date < '2026-01-29' and $5::timestamptz is null then '2026-01-20'::timestamptz end)`,
    [`key ${serial}`, openedOn, deadline, closedAt === null ? 'open' : 'closed', closedAt],
  );
}

const actionDeps = () => ({
  pool: ours.pool,
  policy,
  log: makeLog('silent'),
  sources: [REVIEW_SOURCE],
  directory: { user: async () => undefined },
});

describe('the figures', () => {
  it('are those of the moment, kept with their day', async () => {
    await runSlot(ours, policy, FIRST);
    await add('2026-01-05', '2026-01-19');
    await add('2026-01-20', '2026-02-12');
    await add('2026-01-22', '2026-02-13');
    await add('2026-01-28', '2026-02-27');
    await add('2026-01-10', '2026-02-01', '2026-01-14T10:00:00Z');
    await add('2026-01-10', '2026-02-01', '2026-01-20T10:00:00Z');
    await runSlot(ours, policy, SECOND);
    const [first, second] = await reviewsOf(ours);
    expect(first?.figures).toMatchObject({ open: 0, since: null, medianAgeDays: null, oldest: null });
    expect(second?.figures).toMatchObject({
      open: 4,
      due: 1,
      overdue: 1,
      closed: 1,
      extended: 0,
      breaches: 1,
      since: '2026-01-15',
      medianAgeDays: 8,
      ages: [2, 1, 0, 1, 0],
    });
    expect(second?.figures.oldest).toMatchObject({ ageDays: 24 });
    const { rows } = await ours.pool.query(`select actor, action from audit_log where subject_id = $1`, [
      second?.id,
    ]);
    expect(rows).toEqual([{ actor: 'schedule:exemption_review', action: 'review.made' }]);
  });
});

describe('the moment', () => {
  it('makes one review, however many run it', async () => {
    await Promise.all([1, 2, 3].map(() => runSlot(ours, policy, FIRST)));
    expect(await reviewsOf(ours)).toHaveLength(1);
    const { rows } = await ours.pool.query(`select channel from cards where kind = 'exemption_review'`);
    expect(rows).toEqual([{ channel: 'security' }]);
  });

  it('makes none in the week between', async () => {
    await runSlot(ours, policy, new Date('2026-01-22T07:00:00Z'));
    expect(await reviewsOf(ours)).toEqual([]);
  });

  it('makes the newest only, after weeks of downtime', async () => {
    const late = makeTestClock('2026-02-20T09:00:00Z');
    for (const slot of [FIRST, new Date('2026-01-22T07:00:00Z'), SECOND, new Date('2026-02-12T07:00:00Z')])
      await runSlot(ours, policy, slot, late);
    expect((await reviewsOf(ours)).map(({ day }) => day)).toEqual(['2026-02-12']);
  });

  it('of the day is not superseded before the next begins', async () => {
    await runSlot(ours, policy, FIRST, makeTestClock('2026-01-29T06:59:59Z'));
    expect((await reviewsOf(ours)).map(({ day }) => day)).toEqual(['2026-01-15']);
  });

  it.each([
    ['2026-01-14', null],
    ['2026-01-15', '2026-01-15'],
    ['2026-01-28', '2026-01-15'],
    ['2026-01-29', '2026-01-29'],
    ['2026-12-31', '2026-12-31'],
  ])('on %s belongs to %s', (day, expected) => {
    expect(reviewDayOf(day, { first: '2026-01-15', every_weeks: 2 })).toBe(expected);
  });
});

describe('its actions', () => {
  it('come first next time, until they are done', async () => {
    await runSlot(ours, policy, FIRST);
    const [first] = await reviewsOf(ours);
    const wanted = {
      source: { kind: 'exemption_review' as const, id: first!.id },
      what: 'Ask the bank',
      ownerId: null,
      dueOn: '2026-01-20',
      person: SECURITY,
      requestId: `V${(serial += 1)}`,
    };
    const added = await addAction(actionDeps(), FIRST, wanted);
    if (!added.ok) throw new Error(added.refusal.why);
    const cardTask = async () =>
      (
        await ours.pool
          .query(`select wanted_version::int as version from cards where kind = 'exemption_review'
        order by created_at`)
      ).rows;
    expect(await cardTask()).toEqual([{ version: 2 }]);
    await runSlot(ours, policy, SECOND);
    const [, second] = await reviewsOf(ours);
    expect(second?.figures.actions).toEqual({ inTime: 0, judged: 1, open: 1, gaps: 1 });
    const before = await loadReview(ours.pool, second!.id, 'UTC');
    expect(before?.actions.earlier).toMatchObject([{ action: { state: 'open' } }]);
    await finishAction(actionDeps(), SECOND, { id: added.action.id, person: SECURITY });
    // Both reviews list it, so both show it done.
    expect(await cardTask()).toEqual([{ version: 3 }, { version: 2 }]);
    const after = await loadReview(ours.pool, second!.id, 'UTC');
    expect(after?.actions.earlier).toMatchObject([{ action: { state: 'done' } }]);
  });
});
