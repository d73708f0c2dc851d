import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import type { RunningApp } from '../../src/main.ts';
import { actingOn, type ShownView, type Typed } from '../support/acting.ts';
import type { ShownMessage } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';
import { pressSigned } from './retry-stage.ts';

let stage: Stage;
let app: RunningApp;
let people: ReturnType<typeof actingOn>;
const APPROVALS = 'finance-approvals';

/** An hour of a thousand requests a minute, 45 minutes of which were down for 6 % of them. */
beforeAll(async () => {
  stage = await openStage({ planted: false, scale: 0.01, meantRefusals: ['invalid_trigger_id'] });
  app = await stage.startApp();
  people = actingOn(stage);
  await stage.ours.pool.query(
    `insert into slo_minutes (slo, basis, minute, good, valid)
     select 'api-availability', 'event', '2026-01-15T04:00:00Z'::timestamptz + n * interval '1 minute',
            case when n between 10 and 54 then 940 else 1000 end, 1000
       from generate_series(0, 59) n`,
  );
}, 60_000);

afterAll(async () => {
  await app?.stop();
  await stage?.close();
});

const STRETCH: Typed = {
  slo: 'api-availability',
  fromDay: '2026-01-15',
  fromTime: '07:10',
  toDay: '2026-01-15',
  toTime: '07:55',
  cause: 'maintenance',
  note: 'The database was moved.',
};
const REQUEST: Typed = { reason: 'planned_work', note: 'It was announced.', ticket: 'OPS-12' };

const form = (user: string, callbackId: string): Promise<ShownView> =>
  waitFor(`${callbackId} of ${user}`, async () => {
    const view = await people.top(user);
    return view?.callback_id === callbackId ? view : undefined;
  });

async function closeModals(user: string): Promise<void> {
  const view = await people.top(user);
  if (view !== undefined) await people.act('close', { user, view_id: view.id, all: true });
}

async function stretches(): Promise<{ id: string; name: string; state: string }[]> {
  const { rows } = await stage.ours.pool.query<{ id: string; name: string; state: string }>(
    `select id, 'LO-' || number as name, state from slo_windows order by number`,
  );
  return rows;
}

/** What `/slo api` says first. */
async function answered(user: string): Promise<string> {
  const { reply } = await people.command(user, '/slo', 'api-availability');
  return reply?.text ?? '';
}

/** The newest request's card, once it stands there. */
async function card(): Promise<ShownMessage> {
  // A channel takes one message a second.
  await stage.advanceTo(new Date(stage.clock.now().getTime() + 5_000).toISOString());
  await stage.idle();
  const { rows } = await stage.ours.pool.query<{ ts: string }>(
    `select c.ts from cards c join overrides o on o.id::text = c.subject_id
      where c.kind = 'override' and c.ts is not null order by o.requested_at desc limit 1`,
  );
  const { messages } = await people.state();
  return messages.find(({ ts }) => ts === rows[0]?.ts)!;
}

test('a correction takes a role', async () => {
  for (const [user, words] of [
    ['ops2', '🔒'],
    ['security2', '🔒'],
    ['stranger1', '🔒'],
    ['guest1', 'Guests'],
  ] as const) {
    await people.command(user, '/slo', 'correct');
    await people.topWith(user, words);
    await closeModals(user);
  }
  expect(await stretches()).toEqual([]);
});

test('what is wrong stands beside its input', async () => {
  await people.command('engineer2', '/slo', 'correct api');
  const view = await form('engineer2', 'slo.correct');
  expect(JSON.stringify(view.blocks)).toContain('Europe/Istanbul');
  const wrong = async (typed: Typed) =>
    (await people.submit('engineer2', view.id, { ...STRETCH, ...typed })).errors;
  expect(await wrong({ toTime: '07:00' })).toEqual({
    toTime: expect.stringContaining('after the beginning'),
  });
  expect(await wrong({ fromTime: 'seven' })).toEqual({ fromTime: expect.stringContaining('09:30') });
  expect(await wrong({ toDay: '2026-02-01' })).toEqual({ toDay: expect.stringContaining('seven days') });
  const secret = `Restarted with ghp_${'a1B2'.repeat(9)}`;
  expect(await wrong({ note: secret })).toEqual({ note: expect.any(String) });
  expect(await stretches()).toEqual([]);
});

test('it goes on to the request, and still counts', async () => {
  const view = (await people.top('engineer2'))!;
  expect(await people.submit('engineer2', view.id, STRETCH)).toMatchObject({ status: 200 });
  const request = await form('engineer2', 'overrides.ask');
  expect(JSON.stringify(request.blocks)).toContain('Without these 45 min: 100.000% instead of 95.500%');
  expect(await stretches()).toMatchObject([{ name: 'LO-1', state: 'asked' }]);
  const sent = { ...REQUEST, what: 'leave_out:maintenance' };
  expect((await people.submit('engineer2', request.id, { ...sent, ticket: 'none' })).errors).toHaveProperty(
    'ticket',
  );
  // Left alone, it can be asked for again by its name.
  await closeModals('engineer2');
  await people.command('engineer2', '/slo', 'correct lo-1');
  const again = await form('engineer2', 'overrides.ask');
  await people.submit('engineer2', again.id, sent);
  await people.toldWith('engineer2', '🗳️');
  expect((await card()).text).toContain('LO-1 API availability');
  expect(await answered('ops2')).toContain('95.500%');
});

test('whoever asked does not approve it', async () => {
  const { ts } = await card();
  await people.press('engineer2', APPROVALS, ts, 'overrides.approve');
  await stage.idle();
  expect(await stretches()).toMatchObject([{ state: 'asked' }]);
  const { rows } = await stage.ours.pool.query(`select from override_votes`);
  expect(rows).toEqual([]);
});

test('a second person approves it, once, however often', async () => {
  const { ts } = await card();
  await Promise.all(
    ['manager2', 'manager2', 'lead2'].map((user) => people.press(user, APPROVALS, ts, 'overrides.approve')),
  );
  await stage.idle();
  expect(await stretches()).toMatchObject([{ state: 'left_out' }]);
  const { rows } = await stage.ours.pool.query(
    `select from audit_log where action in ('slo_window.left_out', 'override.executed')`,
  );
  expect(rows).toHaveLength(2);
  const answer = await answered('ops2');
  expect(answer).toContain('100.000%');
  expect(answer).toContain('LO-1');
  expect((await card()).text).toMatch(/^✅ Override carried out/);
});

test('another one over it is refused by its name', async () => {
  await people.command('engineer1', '/slo', 'düzelt');
  const view = await form('engineer1', 'slo.correct');
  const { errors } = await people.submit('engineer1', view.id, STRETCH);
  expect(errors).toEqual({ fromDay: expect.stringContaining('LO-1') });
  await closeModals('engineer1');
});

test('it is put back by the same way', async () => {
  const [{ id } = { id: '' }] = await stretches();
  // A trigger that the workspace did not give opens nothing: said in words, and nothing is asked.
  const userId = await people.idOf('lead2');
  const press = { userId, card: await card(), actionId: 'slo.put_back', value: id };
  expect(await pressSigned(stage, app.port, press)).toBe(200);
  await people.toldWith('lead2', '⚠️');
  await people.command('lead2', '/slo', 'correct LO-1');
  const request = await form('lead2', 'overrides.ask');
  expect(JSON.stringify(request.blocks)).toContain('With these 45 min again: 95.500% instead of 100.000%');
  const sent = { ...REQUEST, reason: 'written_wrongly', what: 'put_back:counted_again' };
  await people.submit('lead2', request.id, sent);
  await people.toldWith('lead2', '🗳️');
  const { ts } = await card();
  expect(await answered('ops2')).toContain('100.000%');
  await people.press('manager1', APPROVALS, ts, 'overrides.approve');
  await stage.idle();
  expect(await stretches()).toMatchObject([{ state: 'put_back' }]);
  expect(await answered('ops2')).toContain('95.500%');
  await people.command('lead2', '/slo', 'correct LO-1');
  await people.topWith('lead2', 'it is not left out');
  await closeModals('lead2');
  await people.command('lead2', '/slo', 'correct LO-9');
  await people.topWith('lead2', 'no such stretch');
  expect((await verifyAudit(stage.ours.pool)).state).not.toBe('broken');
});
