import { describe, expect, it } from 'vitest';
import { dropAction } from '../../src/actions/drop-action.ts';
import { readActionFigures } from '../../src/actions/figures.ts';
import { finishAction } from '../../src/actions/finish-action.ts';
import { listActions } from '../../src/actions/list-actions.ts';
import { loadAction } from '../../src/actions/load-action.ts';
import { noteReminded } from '../../src/actions/remind.ts';
import { MOST_WHAT } from '../../src/actions/types.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { OWNER, SECURITY, someone, useActions } from './ground.ts';

const ground = useActions();
const LEAD = someone('ULEAD1', ['leads']);
const OPS = someone('UOPS1', ['ops']);
const DAY_MS = 86_400_000;

describe('adding an action', () => {
  it('keeps it, audits it, and asks to be reminded', async () => {
    const action = await ground.added();
    expect(action).toMatchObject({ series: 'security_review', ownerId: 'UOWN', dueOn: '2026-01-20' });
    expect(await ground.audited()).toEqual(['action.added']);
    expect(ground.words).toEqual(['added']);
    // 10:00 in New York.
    expect(await ground.dueAt(`action:${action.id}`)).toBe('2026-01-20T15:00:00.000Z');
  });

  it('takes one without owner or deadline', async () => {
    const action = await ground.added({ ownerId: null, dueOn: null });
    expect(action).toMatchObject({ ownerId: null, dueOn: null, state: 'open' });
    expect(await ground.dueAt(`action:${action.id}`)).toBeNull();
  });

  it('is for security and leads', async () => {
    expect(await ground.add({ person: LEAD })).toMatchObject({ ok: true });
    expect(await ground.add({ person: OPS })).toEqual({ ok: false, refusal: { why: 'not_yours' } });
    expect(await ground.add({ person: OWNER })).toEqual({ ok: false, refusal: { why: 'not_yours' } });
  });

  it('happens once, however often it is sent', async () => {
    await ground.added({ requestId: 'V1' });
    expect(await ground.add({ requestId: 'V1' })).toEqual({ ok: false, refusal: { why: 'repeated' } });
  });

  it.each([
    ['missing', { what: '  ' }],
    ['too_long', { what: 'x'.repeat(MOST_WHAT + 1) }],
    ['secret', { what: `ghp_${'aB3dE6gH9j'.repeat(4).slice(0, 36)}` }],
    ['due_past', { dueOn: '2026-01-14' }],
    ['due_unreadable', { dueOn: '2026-02-30' }],
    ['owner_unfit', { ownerId: 'UNOBODY' }],
    ['no_source', { source: { kind: 'exemption_review', id: '00000000-0000-4000-8000-000000000000' } }],
    ['no_source', { source: { kind: 'payout', id: 'x' } }],
  ] as const)('is refused: %s', async (why, given) => {
    expect(await ground.add(given)).toMatchObject({ ok: false, refusal: { why } });
    const { rows } = await ground.ours.pool.query(`select 1 from actions`);
    expect(rows).toEqual([]);
  });

  it('refuses owners who can not act, or are unread', async () => {
    for (const flaw of ['isDeleted', 'isGuest', 'isStranger', 'isBot']) {
      ground.users.set('UOWN', { [flaw]: true });
      expect(await ground.add()).toMatchObject({ refusal: { why: 'owner_unfit' } });
    }
    ground.slackIsAway = true;
    expect(await ground.add()).toMatchObject({ refusal: { why: 'owner_unread' } });
  });
});

describe('ending an action', () => {
  it.each([
    ['the owner, without a role', OWNER],
    ['the same person by another account', someone('UOWN2', [], 'owner1')],
    ['security', SECURITY],
    ['a lead', LEAD],
  ])('is done by %s', async (_, person) => {
    const action = await ground.added();
    const outcome = await finishAction(ground.deps, ground.clock.now(), { id: action.id, person });
    expect(outcome).toMatchObject({ ok: true, action: { state: 'done', doneOn: '2026-01-15' } });
    expect(await ground.audited()).toEqual(['action.added', 'action.done']);
  });

  it('is not done by others, and not dropped by its owner', async () => {
    const { id } = await ground.added();
    const now = ground.clock.now();
    expect(await finishAction(ground.deps, now, { id, person: OPS })).toMatchObject({
      refusal: { why: 'not_yours' },
    });
    expect(await dropAction(ground.deps, now, { id, person: OWNER })).toMatchObject({
      refusal: { why: 'not_yours' },
    });
    expect(await ground.audited()).toEqual(['action.added']);
  });

  it('happens once, of many in the same moment', async () => {
    const { id } = await ground.added();
    const end = () => finishAction(ground.deps, ground.clock.now(), { id, person: OWNER });
    const outcomes = await Promise.all([end(), end(), end(), end()]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await dropAction(ground.deps, ground.clock.now(), { id, person: LEAD })).toEqual({
      ok: false,
      refusal: { why: 'not_open', state: 'done' },
    });
    expect(await ground.audited()).toEqual(['action.added', 'action.done']);
  });

  it('says when there is none', async () => {
    expect(await finishAction(ground.deps, ground.clock.now(), { id: 'x', person: LEAD })).toMatchObject({
      refusal: { why: 'not_found' },
    });
  });
});

describe('the reminder', () => {
  it('is one direct message, in the owner’s language', async () => {
    const action = await ground.added();
    ground.clock.set('2026-01-20T15:00:00Z');
    expect(await ground.remind(action)).toEqual({ state: 'done' });
    expect(await ground.cards('action')).toEqual([{ subject: action.id, channel: 'UOWN', locale: 'tr' }]);
    expect((await ground.read(action))?.remindedAt).toBeNull();
    await withTransaction(ground.ours.pool, (tx) => noteReminded(tx, ground.clock.now(), action.id));
    await withTransaction(ground.ours.pool, (tx) => noteReminded(tx, ground.clock.now(), action.id));
    expect((await ground.read(action))?.remindedAt).toEqual(ground.clock.now());
    expect(await ground.audited()).toEqual(['action.added', 'action.reminded']);
  });

  it('follows an owner who moved west', async () => {
    const action = await ground.added();
    ground.users.set('UOWN', { timeZone: 'America/Los_Angeles' });
    ground.clock.set('2026-01-20T15:00:00Z');
    expect(await ground.remind(action)).toEqual({ state: 'again', at: new Date('2026-01-20T18:00:00Z') });
    expect(await ground.cards('action')).toEqual([]);
  });

  it('is not sent for what is over', async () => {
    const action = await ground.added();
    await finishAction(ground.deps, ground.clock.now(), { id: action.id, person: OWNER });
    ground.clock.set('2026-01-20T15:00:00Z');
    expect(await ground.remind(action)).toEqual({ state: 'done' });
    expect(await ground.cards('action')).toEqual([]);
  });

  it('is not sent to who left; a silent Slack is a fault', async () => {
    const action = await ground.added();
    ground.clock.set('2026-01-20T15:00:00Z');
    ground.slackIsAway = true;
    await expect(ground.remind(action)).rejects.toMatchObject({ retryable: true });
    ground.slackIsAway = false;
    ground.users.set('UOWN', { isDeleted: true });
    expect(await ground.remind(action)).toEqual({ state: 'done' });
    expect(await ground.cards('action')).toEqual([]);
  });
});

describe('what a review lists', () => {
  const listed = async (id: string, at: Date, nextAt: Date | null) =>
    await listActions(ground.ours.pool, { series: 'security_review', sourceId: id, at, nextAt, most: 10 });
  const whats = (lines: { action: { what: string } }[]) => lines.map(({ action }) => action.what);

  it('gaps first, then by day, ended ones last', async () => {
    await ground.added({ what: 'late', dueOn: '2026-02-20' });
    await ground.added({ what: 'soon', dueOn: '2026-01-16' });
    await ground.added({ what: 'nobody', ownerId: null });
    await ground.added({ what: 'whenever', dueOn: null });
    const left = await ground.added({ what: 'left', ownerId: 'USEC1', dueOn: '2026-03-01' });
    const { id } = await ground.added({ what: 'ended' });
    await ground.ours.pool.query(
      `insert into people (user_id, team_id, name, real_name, is_deleted, is_guest, is_stranger, is_bot, checked_at)
       values ('USEC1', 'T1', 'x', 'x', true, false, false, false, $1)`,
      [ground.clock.now()],
    );
    ground.clock.advance(14 * DAY_MS);
    const next = await ground.addReview('2026-01-29');
    await finishAction(ground.deps, ground.clock.now(), { id, person: OWNER });
    await ground.added({ what: 'fresh', source: { kind: 'exemption_review', id: next }, dueOn: null });
    const list = await listed(next, ground.clock.now(), null);
    expect(whats(list.earlier)).toEqual(['whenever', 'nobody', 'left', 'soon', 'late', 'ended']);
    expect(whats(list.fresh)).toEqual(['fresh']);
    expect(list.more).toBe(0);
    expect(await loadAction(ground.ours.pool, left.id, 'UTC')).toMatchObject({ ownerLeft: true });
  });

  it('an earlier one keeps what was its own', async () => {
    await ground.added({ what: 'first' });
    const at = ground.clock.now();
    ground.clock.advance(14 * DAY_MS);
    const next = await ground.addReview('2026-01-29');
    await ground.added({
      what: 'second',
      source: { kind: 'exemption_review', id: next },
      dueOn: '2026-02-03',
    });
    expect(whats((await listed(ground.review, at, ground.clock.now())).fresh)).toEqual(['first']);
  });
});

describe('the share closed in time', () => {
  it('counts what was kept, late, and open past its day', async () => {
    const finish = (id: string) => finishAction(ground.deps, ground.clock.now(), { id, person: LEAD });
    const [kept, late, gone] = [await ground.added(), await ground.added(), await ground.added()];
    await ground.added({ what: 'open past its day' });
    await ground.added({ what: 'still has time', dueOn: '2026-03-01' });
    const gap = await ground.added({ dueOn: null });
    const since = ground.clock.now();
    ground.clock.set('2026-01-20T20:59:00Z');
    await finish(kept.id);
    await finish(gap.id);
    // Midnight in Istanbul.
    ground.clock.set('2026-01-20T21:00:00Z');
    await finish(late.id);
    await dropAction(ground.deps, ground.clock.now(), { id: gone.id, person: LEAD });
    const read = (from: Date | null, day = '2026-01-29') =>
      readActionFigures(ground.ours.pool, { series: 'security_review', since: from, day });
    expect(await read(since)).toEqual({ inTime: 1, judged: 3, open: 2, gaps: 0 });
    expect(await read(null, '2026-01-20')).toEqual({ inTime: 1, judged: 2, open: 2, gaps: 0 });
    expect(await read(ground.clock.now())).toEqual({ inTime: 0, judged: 1, open: 2, gaps: 0 });
  });
});
