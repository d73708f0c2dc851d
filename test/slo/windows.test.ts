import { describe, expect, test } from 'vitest';
import { requestCard } from '../../src/cards/request-card.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { showLeftOut } from '../../src/slo/show-left-out.ts';
import { REPORT_CARD, SLO_CHANNEL } from '../../src/slo/types.ts';
import { listLeftOut } from '../../src/slo/window-store.ts';
import { FIELDS } from './window-fields.ts';
import { LEAVE_OUT, PUT_BACK, useWindowGround } from './window-ground.ts';

const ground = useWindowGround();
const all = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-02-01T00:00:00Z') };
describe('a stretch that is written down', () => {
  test('is kept with its author, and counts on', async () => {
    const before = await ground.sums();
    const window = await ground.writeOne();
    expect(window).toMatchObject({
      slo: 'api-availability',
      state: 'asked',
      note: FIELDS.note,
      createdBy: 'person:USRE1',
      createdKey: 'engineer1',
      createdAt: ground.clock.now(),
      overrideId: null,
    });
    expect(await ground.sums()).toEqual(before);
    expect(await ground.audited(window.id)).toEqual(['slo_window.asked person:USRE1']);
    expect(await listLeftOut(ground.ours.pool, all)).toEqual([]);
  });

  test('keeps its note out of the chain', async () => {
    const { id } = await ground.writeOne();
    const { rows } = await ground.ours.pool.query<{ data: string }>(
      `select data from audit_log where subject_id = $1`,
      [id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.data).not.toContain('database was moved');
  });

  test('is one, however often its form is sent', async () => {
    const sent = await Promise.all([1, 2, 3].map(() => ground.write({}, 'USRE1', 'one view')));
    const ids = sent.map((outcome) => (outcome.ok ? outcome.window.id : ''));
    expect(new Set(ids).size).toBe(1);
    expect(await ground.audited(ids[0]!)).toHaveLength(1);
  });

  test.each([
    ['USRE1', true],
    ['UMAN1', true],
    ['ULEAD1', true],
    ['UOPS1', false],
    ['USEC1', false],
    ['UNOBODY', false],
  ])('is for engineers, managers and leads: %s', async (user, may) => {
    const outcome = await ground.write({}, user);
    expect(outcome).toMatchObject(may ? { ok: true } : { ok: false, refusal: { why: 'no_role' } });
  });

  test('may not touch one that is left out', async () => {
    const window = await ground.writeOne();
    await ground.carriedOut(window, LEAVE_OUT, ['UMAN1']);
    const name = `LO-${window.number}`;
    const touching = await ground.write({ fromTime: '07:54', toTime: '08:30' });
    expect(touching).toEqual({ ok: false, refusal: { field: 'fromDay', why: 'overlaps', name } });
    // Side by side is not over each other, and another promise is another count.
    expect(await ground.write({ fromTime: '07:55', toTime: '08:30' })).toMatchObject({ ok: true });
    expect(await ground.write({ slo: 'payout' })).toMatchObject({ ok: true });
  });

  test('may be written again once it was put back', async () => {
    const window = await ground.writeOne();
    await ground.carriedOut(window, LEAVE_OUT, ['UMAN1']);
    await ground.carriedOut(window, PUT_BACK, ['UMAN1']);
    expect(await ground.write()).toMatchObject({ ok: true });
  });

  test('is listed where it touches, put back as well', async () => {
    const first = await ground.writeOne({ toTime: '07:30' });
    const second = await ground.writeOne({ fromTime: '07:40' });
    await ground.writeOne({ slo: 'payout' });
    await ground.carriedOut(first, LEAVE_OUT, ['UMAN1']);
    await ground.carriedOut(second, LEAVE_OUT, ['UMAN1']);
    await ground.carriedOut(first, PUT_BACK, ['UMAN1']);
    const listed = async (from: string, to: string, slo = 'api-availability') => {
      const stretch = { slo, from: new Date(`2026-01-15T${from}Z`), to: new Date(`2026-01-15T${to}Z`) };
      const found = await listLeftOut(ground.ours.pool, stretch);
      return found.map(({ number, state }) => `${number - first.number} ${state}`);
    };
    expect(await listed('00:00:00', '12:00:00')).toEqual(['0 put_back', '1 left_out']);
    expect(await listed('04:30:00', '04:40:00')).toEqual([]);
    expect(await listed('04:29:00', '04:41:00')).toEqual(['0 put_back', '1 left_out']);
    expect(await listed('00:00:00', '12:00:00', 'payout')).toEqual([]);
  });
});

describe('what shows its figures', () => {
  test('is drawn anew: the weeks that it touches, no other', async () => {
    const window = await ground.writeOne();
    const [before, touched] = ['2026-01-05', '2026-01-12'].map((monday) => new Date(`${monday}T00:00:00Z`));
    const ids: string[] = [];
    for (const from of [before!, touched!]) {
      const { rows } = await ground.ours.pool.query<{ id: string }>(
        `insert into slo_reports (id, week, from_at, to_at, made_at, inputs, policy_hash, definitions_hash)
         values (gen_random_uuid(), $1, $2, $3, $3, '{}', '', '') returning id`,
        [from.toISOString(), from, new Date(from.getTime() + 7 * 86_400_000)],
      );
      ids.push(rows[0]!.id);
    }
    const now = ground.clock.now();
    await withTransaction(ground.ours.pool, async (tx) => {
      for (const id of ids)
        await requestCard(tx, now, {
          kind: REPORT_CARD,
          subject: { kind: 'slo_report', id },
          channel: SLO_CHANNEL,
        });
    });
    await ground.ours.pool.query(`delete from tasks`);
    await withTransaction(ground.ours.pool, (tx) => showLeftOut(tx, now, window));
    const { rows } = await ground.ours.pool.query<{ subject: string }>(
      `select c.subject_id as subject from tasks t join cards c on t.key = 'card:' || c.id`,
    );
    expect(rows).toEqual([{ subject: ids[1] }]);
    await ground.ours.pool.query(`delete from slo_reports`);
  });
});

describe('the database refuses', () => {
  test.each([
    ['an end that is not after the beginning', `to_at = from_at`],
    ['a cause that is none', `cause = 'luck'`],
    ['a state that is none', `state = 'gone'`],
    ['left out by nobody', `state = 'left_out', decided_at = now()`],
    ['left out at no time', `state = 'left_out', override_id = $2`],
    ['an approval of what is only asked for', `override_id = $2, decided_at = now()`],
    ['put back by nobody', `state = 'put_back', override_id = $2, decided_at = now(), back_at = now()`],
    ['put back without being left out', `state = 'put_back', back_override_id = $2, back_at = now()`],
    ['a request that is not there', `state = 'left_out', override_id = $1, decided_at = now()`],
  ])('%s', async (_what, change) => {
    const window = await ground.writeOne();
    const { id } = await ground.requested(window);
    const named = change.includes('$2') ? [window.id, id] : [window.id];
    await expect(
      ground.ours.pool.query(`update slo_windows set ${change} where id = $1`, named),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^23(514|503)$/) });
  });

  test('one request for two stretches', async () => {
    const [first, second] = [await ground.writeOne(), await ground.writeOne()];
    const { id } = await ground.requested(first);
    const take = (window: string) =>
      ground.ours.pool.query(
        `update slo_windows set state = 'left_out', override_id = $2, decided_at = now() where id = $1`,
        [window, id],
      );
    await take(first.id);
    await expect(take(second.id)).rejects.toMatchObject({ code: '23505' });
  });
});
