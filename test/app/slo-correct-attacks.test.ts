import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { actingOn, type ShownView, type Typed } from '../support/acting.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

let stage: Stage;
let app: RunningApp;
let people: ReturnType<typeof actingOn>;
const SECRET = `ghp_${'a1B2'.repeat(9)}`;

beforeAll(async () => {
  stage = await openStage({ planted: false, scale: 0.01 });
  app = await stage.startApp();
  people = actingOn(stage);
}, 60_000);

afterAll(async () => {
  await app?.stop();
  await stage?.close();
});

const STRETCH: Typed = {
  slo: 'api-availability',
  fromDay: '2026-01-15',
  fromTime: '06:00',
  toDay: '2026-01-15',
  toTime: '06:30',
  cause: 'bad_data',
  note: '<!channel> *look* <https://evil.example|here> `x`',
};

const form = (user: string, callbackId: string): Promise<ShownView> =>
  waitFor(`${callbackId} of ${user}`, async () => {
    const view = await people.top(user);
    return view?.callback_id === callbackId ? view : undefined;
  });

async function closeModals(user: string): Promise<void> {
  const view = await people.top(user);
  if (view !== undefined) await people.act('close', { user, view_id: view.id, all: true });
}

async function one<T extends object>(text: string): Promise<T> {
  const { rows } = await stage.ours.pool.query<T>(text);
  return rows[0]!;
}

const countOf = async (table: string): Promise<number> =>
  (await one<{ count: number }>(`select count(*)::int from ${table}`)).count;

test('who may not is noted by name', async () => {
  await people.command('ops2', '/slo', 'correct');
  await people.topWith('ops2', '🔒');
  const { actor, data } = await one<{ actor: string; data: string }>(
    `select actor, data from audit_log where action = 'access.refused' order by seq desc limit 1`,
  );
  expect(actor).toBe(`person:${await people.idOf('ops2')}`);
  expect(JSON.parse(data)).toMatchObject({ why: 'wrong_role', action: 'slo.correct' });
  await closeModals('ops2');
});

test('a secret is kept nowhere, wherever it was typed', async () => {
  await people.command('engineer2', '/slo', `correct ${SECRET}`);
  await people.command('engineer2', '/slo', 'correct api');
  const view = await form('engineer2', 'slo.correct');
  for (const field of ['note', 'fromTime']) {
    const typed = field === 'note' ? `The key is ${SECRET}` : SECRET;
    const { errors = {} } = await people.submit('engineer2', view.id, { ...STRETCH, [field]: typed });
    expect(Object.keys(errors)).toEqual([field]);
    expect(JSON.stringify(errors)).not.toContain(SECRET);
  }
  await closeModals('engineer2');
  const kept = await one<{ text: string }>(
    `select (select coalesce(string_agg(a::text, ' '), '') from audit_log a)
         || (select coalesce(string_agg(t::text, ' '), '') from tasks t)
         || (select coalesce(string_agg(w::text, ' '), '') from slo_windows w) as text`,
  );
  expect(kept.text).toContain('secret');
  expect(kept.text).not.toContain(SECRET);
});

test('a form that is sent twice at once is one stretch', async () => {
  await people.command('engineer1', '/slo', 'düzelt api');
  const view = await form('engineer1', 'slo.correct');
  await Promise.all([1, 2].map(() => people.submit('engineer1', view.id, STRETCH)));
  await form('engineer1', 'overrides.ask');
  expect(await countOf('slo_windows')).toBe(1);
  expect(await countOf(`audit_log where action = 'slo_window.asked'`)).toBe(1);
});

test('what was typed calls nobody and links nowhere', async () => {
  const request = await form('engineer1', 'overrides.ask');
  const sent = {
    what: 'leave_out:bad_data',
    reason: 'source_wrong',
    note: STRETCH['note']!,
    ticket: 'OPS-1',
  };
  expect(await people.submit('engineer1', request.id, sent)).toMatchObject({ status: 200 });
  await stage.idle();
  await stage.advanceTo(new Date(stage.clock.now().getTime() + 10_000).toISOString());
  await stage.idle();
  const { messages } = await people.state();
  const told = messages.filter(({ text }) => text.includes('LO-1'));
  expect(told.length).toBeGreaterThan(1);
  for (const { text, blocks } of told)
    expect(text + JSON.stringify(blocks)).not.toMatch(/<!channel>|<https:\/\/evil/);
});

test('a choice of another kind of request is none', async () => {
  await people.command('engineer2', '/slo', 'correct api');
  const view = await form('engineer2', 'slo.correct');
  await people.submit('engineer2', view.id, { ...STRETCH, fromTime: '07:00', toTime: '07:10' });
  const request = await form('engineer2', 'overrides.ask');
  const { element } = request.blocks.find(({ block_id: block }) => block === 'what') as {
    element: { options: { value: string }[] };
  };
  expect(element.options.map(({ value }) => value)).toEqual(['leave_out:bad_data']);
  await closeModals('engineer2');
  // Left alone it is a stretch that counts, and nothing waits for anybody.
  expect(await countOf(`slo_windows where state = 'asked'`)).toBe(2);
  expect(await countOf(`overrides where kind = 'slo_window'`)).toBe(1);
});

test('a name that is none is told as such', async () => {
  for (const typed of ['LO-0', 'lo999999999', 'LO-7']) {
    await people.command('lead2', '/slo', `correct ${typed}`);
    await people.topWith('lead2', 'no such stretch');
    await closeModals('lead2');
  }
});
