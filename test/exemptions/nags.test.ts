import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { loadNag } from '../../src/exemptions/load-nag.ts';
import { failExemptionTask } from '../../src/exemptions/task.ts';
import type { TaskId } from '../../src/ids.ts';
import { makeNagGround, type NagGround } from './nag-ground.ts';

let ground: NagGround;
beforeAll(async () => {
  ground = await makeNagGround();
});
afterAll(() => ground.ours.drop());
beforeEach(() => {
  ground.slackIsAway = false;
  ground.people.clear();
  for (const id of ['UOWN', 'UDEP', 'ULEAD']) ground.people.set(id, {});
  ground.clock.set('2026-01-15T06:00:00Z');
});

describe('an owner', () => {
  it('is not reminded before the first step', async () => {
    const exemption = await ground.add();
    expect(await ground.look(exemption)).toBe('2026-01-30T07:00:00.000Z');
    expect(await ground.told(exemption)).toEqual([]);
  });

  it('gets the highest step alone after downtime', async () => {
    const exemption = await ground.add();
    expect(await ground.lookAt(exemption, '2026-02-12T03:00:00Z')).toBe('2026-02-13T07:00:00.000Z');
    expect(await ground.told(exemption)).toEqual(['-3 owner UOWN asked']);
  });

  it('is not asked again while one is under way', async () => {
    const exemption = await ground.add();
    await ground.lookAt(exemption, '2026-01-30T07:00:00Z');
    await ground.lookAt(exemption, '2026-01-30T08:00:00Z');
    await ground.post(exemption);
    await ground.lookAt(exemption, '2026-01-30T09:00:00Z');
    expect(await ground.told(exemption)).toEqual(['-14 owner UOWN sent']);
    expect(await ground.audited(exemption)).toEqual(['exemption.nag_asked', 'exemption.nagged']);
  });

  it('is reminded at ten o’clock of their own', async () => {
    ground.people.set('UOWN', { timeZone: 'America/New_York' });
    const exemption = await ground.add();
    expect(await ground.look(exemption)).toBe('2026-01-30T15:00:00.000Z');
  });

  it('whose time zone Slack invents has the business’s', async () => {
    ground.people.set('UOWN', { timeZone: 'Moon/Base' });
    expect(await ground.look(await ground.add())).toBe('2026-01-30T07:00:00.000Z');
  });

  it('reads a direct message in their language', async () => {
    ground.people.set('UOWN', { locale: 'tr-TR' });
    const exemption = await ground.add();
    await ground.lookAt(exemption, '2026-01-30T07:00:00Z');
    const [nag] = await ground.nags(exemption);
    const { rows } = await ground.ours.pool.query(
      `select channel, locale, thread_card_id from cards where kind = 'exemption_nag' and subject_id = $1`,
      [nag?.id],
    );
    expect(rows).toEqual([{ channel: 'UOWN', locale: 'tr', thread_card_id: null }]);
  });

  it('finds the buttons in the newest one alone', async () => {
    const exemption = await ground.add();
    await ground.lookAt(exemption, '2026-01-30T07:00:00Z');
    await ground.post(exemption);
    await ground.lookAt(exemption, '2026-02-06T07:00:00Z');
    await ground.post(exemption);
    const models = await Promise.all(
      (await ground.nags(exemption)).map(({ id }) => loadNag(ground.ours.pool, id, ground.policy)),
    );
    expect(models.map((model) => [model?.nag.step, model?.isCurrent])).toEqual([
      [-14, false],
      [-7, true],
    ]);
    const { rows } = await ground.ours.pool.query<{ wanted_version: number }>(
      `select wanted_version from cards where subject_id = $1`,
      [models[0]?.nag.id],
    );
    expect(Number(rows[0]?.wanted_version)).toBe(2);
  });

  it('gets nothing of what is closed before it is sent', async () => {
    const exemption = await ground.add();
    await ground.lookAt(exemption, '2026-01-30T07:00:00Z');
    await ground.ours.pool.query(`update exemptions set state = 'closed', closed_at = $2 where id = $1`, [
      exemption.id,
      ground.clock.now(),
    ]);
    const [nag] = await ground.nags(exemption);
    expect(await loadNag(ground.ours.pool, nag?.id ?? '', ground.policy)).toBeNull();
    expect(await ground.look(exemption)).toBeNull();
  });

  it('gets the later one when the earlier never left', async () => {
    const exemption = await ground.add();
    await ground.lookAt(exemption, '2026-01-30T07:00:00Z');
    await ground.lookAt(exemption, '2026-02-06T07:00:00Z');
    expect(await ground.told(exemption)).toEqual(['-14 owner UOWN failed', '-7 owner UOWN asked']);
    const [first] = await ground.nags(exemption);
    expect(await loadNag(ground.ours.pool, first?.id ?? '', ground.policy)).toBeNull();
  });
});

describe('past the deadline', () => {
  it('the lead is reminded beside the owner, every day', async () => {
    const exemption = await ground.add();
    await ground.lookAt(exemption, '2026-02-14T07:00:00Z');
    await ground.lookAt(exemption, '2026-02-14T21:00:00Z');
    await ground.post(exemption);
    for (const day of ['15', '16']) {
      await ground.lookAt(exemption, `2026-02-${day}T07:00:00Z`);
      await ground.post(exemption);
    }
    expect(await ground.told(exemption)).toEqual([
      '0 owner UOWN sent',
      '1 owner UOWN sent',
      '1 lead ULEAD sent',
      '2 owner UOWN sent',
      '2 lead ULEAD sent',
    ]);
  });

  it('it is a breach from the end of its day on', async () => {
    const exemption = await ground.add();
    await ground.lookAt(exemption, '2026-02-14T07:00:00Z');
    expect(await ground.look(exemption)).toBe('2026-02-14T21:00:00.000Z');
    await ground.lookAt(exemption, '2026-02-14T20:59:59Z');
    expect((await ground.read(exemption)).breachedAt).toBeNull();
    await ground.lookAt(exemption, '2026-02-14T23:00:00Z');
    expect((await ground.read(exemption)).breachedAt?.toISOString()).toBe('2026-02-14T21:00:00.000Z');
    expect(await ground.audited(exemption)).toContain('exemption.breached');
  });

  it('it is a breach also when found after closing', async () => {
    const exemption = await ground.add();
    ground.clock.set('2026-02-15T06:00:00Z');
    await ground.ours.pool.query(`update exemptions set state = 'closed', closed_at = $2 where id = $1`, [
      exemption.id,
      ground.clock.now(),
    ]);
    expect(await ground.look(exemption)).toBeNull();
    expect((await ground.read(exemption)).breachedAt?.toISOString()).toBe('2026-02-14T21:00:00.000Z');
    expect(await ground.told(exemption)).toEqual([]);
  });

  it('it is one escalation, which ends with it', async () => {
    const exemption = await ground.add();
    for (const day of ['14', '15', '16']) await ground.lookAt(exemption, `2026-02-${day}T22:00:00Z`);
    const escalations = async () => {
      const { rows } = await ground.ours.pool.query(
        `select severity, state, route ->> 'name' as route, title, resolved_how from escalations
          where cause_key = $1`,
        [`exemption:${exemption.id}`],
      );
      return rows;
    };
    const title = { kind: 'exemption', name: exemption.name };
    expect(await escalations()).toEqual([
      { severity: 'sev2', state: 'open', route: 'exemptions', title, resolved_how: null },
    ]);
    await withTransaction(ground.ours.pool, (tx) =>
      ground.deps.settle(tx, ground.clock.now(), { exemption, by: 'person:USEC', how: 'closed' }),
    );
    expect(await escalations()).toMatchObject([{ state: 'resolved', resolved_how: 'closed' }]);
  });
});

describe('what is handed in', () => {
  it('nags reviewers in its thread, and nobody else', async () => {
    const exemption = await ground.add();
    ground.clock.set('2026-01-30T06:00:00Z');
    const closingId = await ground.handIn(exemption);
    const { rows: cards } = await ground.ours.pool.query<{ id: string }>(
      `insert into cards (id, kind, subject_kind, subject_id, channel, locale, state, not_before, created_at)
       values (gen_random_uuid(), 'exemption_closing', 'exemption_closing', $1, 'security', 'en', 'wanted', $2, $2)
       returning id`,
      [closingId, ground.clock.now()],
    );
    await ground.lookAt(exemption, '2026-01-30T08:00:00Z');
    expect(await ground.told(exemption)).toEqual([]);
    await ground.lookAt(exemption, '2026-02-02T07:00:00Z');
    await ground.post(exemption);
    await ground.lookAt(exemption, '2026-02-05T07:00:00Z');
    expect(await ground.told(exemption)).toEqual(['1 reviewers security sent', '4 reviewers security asked']);
    const { rows } = await ground.ours.pool.query(
      `select distinct channel, thread_card_id from cards where kind = 'exemption_nag' and channel = 'security'
          and subject_id in (select id::text from exemption_nags where exemption_id = $1)`,
      [exemption.id],
    );
    expect(rows).toEqual([{ channel: 'security', thread_card_id: cards[0]?.id }]);
  });

  it('and refused is the owner’s again, at once', async () => {
    const exemption = await ground.add();
    const closingId = await ground.handIn(exemption);
    await ground.lookAt(exemption, '2026-02-06T12:00:00Z');
    const { pool } = ground.ours;
    await pool.query(
      `update exemption_closings set state = 'refused', decided_by = 'USEC', decider_key = 'USEC', decided_at = $2
        where id = $1`,
      [closingId, ground.clock.now()],
    );
    await pool.query(`update exemptions set state = 'open' where id = $1`, [exemption.id]);
    await ground.look(exemption);
    expect((await ground.told(exemption)).at(-1)).toBe('-7 owner UOWN asked');
  });
});

describe('a task that failed for good', () => {
  it('is taken up again ten minutes later', async () => {
    const exemption = await ground.add();
    const at = ground.clock.now();
    const failure = { kind: 'exemption', key: `exemption:${exemption.id}`, payload: { id: exemption.id } };
    await withTransaction(ground.ours.pool, (tx) =>
      failExemptionTask(tx, { ...failure, taskId: 't' as TaskId, error: 'e', code: 'internal', at }),
    );
    const { rows } = await ground.ours.pool.query<{ due_at: Date }>(
      `select due_at from tasks where key = $1`,
      [failure.key],
    );
    expect(rows[0]?.due_at.getTime()).toBe(at.getTime() + 600_000);
  });
});
