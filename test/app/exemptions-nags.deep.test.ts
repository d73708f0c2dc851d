import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { actingOn, type ShownView } from '../support/acting.ts';
import type { ShownMessage } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

/*
 * Twenty days of two exemptions, day by day through the front door: both opened on Thursday, 15 January 2026, with Monday,
 * 26 January as their deadline. The 25th is a Sunday, so "a day before" moves to Friday the 23rd, which is "three days
 * before" as well. Of EX-1 nobody takes care until it is late; EX-2 is given more time twice.
 */
const FIRST_DAY = 15;
const DEADLINE = '2026-01-26';

/** What owner1 is told on which day of January (32: 1 February): of each the first line, at ten, and nothing else. */
const OWNER_IS_TOLD: Record<number, string[]> = {
  19: ['EX-1 · 7 gün kaldı', 'EX-2 · 7 gün kaldı'],
  23: ['EX-1 · 3 gün kaldı', 'EX-2 · 3 gün kaldı'],
  26: ['EX-1 · son gün bugün'],
  // From here on they read English. EX-2 has time until the 30th, but is past what was promised first.
  27: [
    'EX-1 · OVERDUE by 1 day',
    'EX-2 · OVERDUE by its first deadline, Monday, 26 January 2026; 3 days of more time left',
  ],
  28: ['EX-1 · OVERDUE by 2 days'],
  // Handed in after ten.
  29: [
    'EX-1 · OVERDUE by 3 days',
    'EX-2 · OVERDUE by its first deadline, Monday, 26 January 2026; 1 day of more time left',
  ],
  // EX-1 waits for security at ten, and is theirs again once it is refused.
  30: [
    'EX-2 · OVERDUE by its first deadline, Monday, 26 January 2026; more time ends today',
    'EX-1 · OVERDUE by 4 days',
  ],
  31: ['EX-1 · OVERDUE by 5 days', 'EX-2 · OVERDUE by 1 day'],
  // EX-1 is handed in again on the 31st and closed on the 32nd.
  32: ['EX-2 · OVERDUE by 2 days'],
  33: ['EX-2 · OVERDUE by 3 days'],
};

/** Whoever leads owner1 hears of it from the first day past the running deadline, handed in or not. */
const LEAD_IS_TOLD: Record<number, string[]> = {
  27: ['EX-1'],
  28: ['EX-1'],
  29: ['EX-1'],
  30: ['EX-1'],
  31: ['EX-1', 'EX-2'],
  32: ['EX-1', 'EX-2'],
  33: ['EX-2'],
};

/** What stands in the one message of the day in #security. */
const SECURITY_IS_TOLD: Record<number, string[]> = {
  27: ['EX-1', 'EX-2'],
  28: ['EX-1', 'EX-2'],
  29: ['EX-1', 'EX-2'],
  30: ['EX-1', 'EX-2'],
  31: ['EX-1', 'EX-2'],
  32: ['EX-1', 'EX-2'],
  33: ['EX-2'],
  34: ['EX-2'],
  35: ['EX-2'],
};

let stage: Stage;
let app: RunningApp;
let acting: ReturnType<typeof actingOn>;
const seen = new Set<string>();

beforeAll(async () => {
  stage = await openStage({ scale: 0.01, planted: false });
  app = await stage.startApp();
  acting = actingOn(stage);
}, 60_000);

afterAll(async () => {
  await app?.stop();
  await stage?.close();
});

describe('twenty days of reminders', () => {
  test('begin when two are added', async () => {
    for (const name of ['Payment provider API key', 'Webhook secret']) {
      await acting.command('ops2', '/exemption', 'add');
      const view = await modal('ops2', 'exemptions.add');
      const owner = await acting.idOf('owner1');
      const typed = { name, place: 'production', risk: 'HIGH', route: 'rotate', owner, deadline: DEADLINE };
      expect(await acting.submit('ops2', view.id, typed)).toMatchObject({ status: 200 });
    }
    await acting.toldWith('ops2', 'EX-2');
    expect(await direct('owner1')).toEqual([]);
  });

  test.each(daysTo(35))('on day %i', async (day) => {
    await stage.advanceTo(at(day, '10:05'));
    const told = (await direct('owner1')).filter(isNew);
    // At ten; on a busy machine a call that came too late is made again a little later.
    for (const { ts } of told) expect(timeOf(ts)).toMatch(/^10:0[0-5]$/);
    const words = told.map(firstLine).toSorted();
    await ACTED[day]?.();
    await stage.advanceTo(at(day, '12:00'));
    words.push(...(await direct('owner1')).filter(isNew).map(firstLine));
    expect(words).toEqual(OWNER_IS_TOLD[day] ?? []);
    const leadTold = (await direct('lead1')).filter(isNew);
    expect(leadTold.map(nameIn).toSorted()).toEqual(LEAD_IS_TOLD[day] ?? []);
    const rolls = (await securityMessages()).filter(isRoll).filter(isNew);
    expect(rolls.map(namesIn)).toEqual(SECURITY_IS_TOLD[day] === undefined ? [] : [SECURITY_IS_TOLD[day]]);
    await expectOneWithButtons('EX-1');
    await expectOneWithButtons('EX-2');
  });

  test('end with what became of both', async () => {
    const { rows } = await stage.ours.pool.query(
      `select number::int, state, deadline::text, first_deadline::text, extensions::int, breached_at is not null as breached
         from exemptions order by number`,
    );
    expect(rows).toEqual([
      {
        number: 1,
        state: 'closed',
        deadline: DEADLINE,
        first_deadline: DEADLINE,
        extensions: 0,
        breached: true,
      },
      {
        number: 2,
        state: 'open',
        deadline: '2026-02-09',
        first_deadline: DEADLINE,
        extensions: 2,
        breached: true,
      },
    ]);
    expect(await escalated()).toEqual(['EX-2']);
  });
});

/** What people do after the reminders of a day. */
const ACTED: Record<number, () => Promise<void>> = {
  23: () => moreTime('EX-2', ['security2', 'manager2']),
  26: async () => {
    await acting.act('user', { user: 'owner1', locale: 'en-US' });
  },
  29: () => done('EX-1'),
  30: () => decide('refuse'),
  31: () => done('EX-1'),
  32: () => decide('accept'),
  33: () => moreTime('EX-2', ['security2', 'lead2']),
  35: async () => {
    expect(await escalated()).toEqual([]);
    await acting.command('owner1', '/exemption', 'extend EX-2');
    await waitFor('a third time to be escalated', async () => (await escalated())[0], 10_000);
    await acting.act('close', { user: 'owner1', view_id: (await acting.top('owner1'))?.id, all: true });
  },
};

/** What escalations that are not over are about. */
async function escalated(): Promise<string[]> {
  const { rows } = await stage.ours.pool.query<{ name: string }>(
    `select 'EX-' || e.number as name from escalations s join exemptions e on e.id::text = s.subject_id
      where s.state <> 'resolved'`,
  );
  return rows.map(({ name }) => name);
}

/** Done, from the newest reminder of it; the proof is handed in. */
async function done(name: string): Promise<void> {
  await pressNewest(name, 'exemptions.close');
  const view = await modal('owner1', 'exemptions.hand_in');
  const typed = { evidence_link: 'https://ci.example/run/1', evidence_note: 'The test key gets 401.' };
  expect(await acting.submit('owner1', view.id, typed)).toMatchObject({ status: 200 });
  // In either language: whoever clicks is looked up again in real minutes, of which few have passed.
  await acting.toldWith('owner1', name);
}

/** Need more time, from the newest reminder of it; seven days, which these two approve. */
async function moreTime(name: string, approvers: readonly string[]): Promise<void> {
  await pressNewest(name, 'exemptions.extend');
  const view = await modal('owner1', 'overrides.ask');
  const typed = {
    what: 'extend:days_7',
    reason: 'vendor_waits',
    note: 'The vendor sends the new key next week.',
    ticket: 'SEC-1',
    evidence: '',
  };
  expect(await acting.submit('owner1', view.id, typed)).toMatchObject({ status: 200 });
  await settle();
  const { channel, ts } = await overrideCard();
  for (const user of approvers) {
    await acting.press(user, channel, ts, 'overrides.approve');
    await settle();
  }
}

/** The card of what was handed in last, and what security1 says of it. */
async function decide(verdict: 'accept' | 'refuse'): Promise<void> {
  const cards = (await securityMessages()).filter((one) => buttonsOf(one).includes('exemptions.accept'));
  const { channel, ts } = cards.at(-1)!;
  await acting.press('security1', channel, ts, `exemptions.${verdict}`);
  if (verdict === 'refuse') {
    const view = await modal('security1', 'exemptions.decline');
    await acting.submit('security1', view.id, { reason: 'The old key still answers.' });
  }
  await acting.toldWith('security1', 'EX-1');
}

const modal = (user: string, callbackId: string): Promise<ShownView> =>
  waitFor(`${callbackId} of ${user}`, async () => {
    const view = await acting.top(user);
    return view?.callback_id === callbackId ? view : undefined;
  });

/** Everything that the app wrote to somebody alone, oldest first. */
async function direct(user: string): Promise<ShownMessage[]> {
  const { messages, channels } = await acting.state();
  const id = await acting.idOf(user);
  const room = (channels as { id: string; is_im?: boolean; user?: string }[]).find(
    (channel) => channel.is_im === true && channel.user === id,
  );
  return messages.filter(({ channel, text }) => channel === room?.id && /EX-\d/.test(text));
}

async function securityMessages(): Promise<ShownMessage[]> {
  const { messages, channels } = await acting.state();
  const id = channels.find(({ name }) => name === 'security')?.id;
  return messages.filter(({ channel }) => channel === id);
}

async function overrideCard(): Promise<{ channel: string; ts: string }> {
  const { rows } = await stage.ours.pool.query<{ channel: string; ts: string }>(
    `select c.channel_id as channel, c.ts from cards c join overrides o on o.id::text = c.subject_id
      where c.kind = 'override' and c.ts is not null order by o.requested_at desc limit 1`,
  );
  return rows[0]!;
}

async function pressNewest(name: string, actionId: string): Promise<void> {
  const newest = (await direct('owner1')).findLast((message) => nameIn(message) === name)!;
  const ack = await acting.press('owner1', newest.channel, newest.ts, actionId);
  expect(ack).toMatchObject({ status: 200 });
}

/** Of all reminders of one exemption the newest alone can be pressed, and none while it is not the owner's turn. */
async function expectOneWithButtons(name: string): Promise<void> {
  const all = (await direct('owner1')).filter((message) => nameIn(message) === name);
  const older = all.slice(0, -1);
  expect(older.flatMap(buttonsOf)).toEqual([]);
  const { rows } = await stage.ours.pool.query<{ isAsked: boolean }>(
    `select e.state = 'open' and exists (select from exemption_nags n
              where n.exemption_id = e.id and n.audience = 'owner' and n.deadline = e.deadline) as "isAsked"
       from exemptions e where e.number = $1`,
    [name.slice(3)],
  );
  const newest = all.at(-1);
  expect(newest !== undefined && buttonsOf(newest).includes('exemptions.close')).toBe(rows[0]?.isAsked);
}

/** A channel takes one message a second. */
async function settle(): Promise<void> {
  await stage.idle();
  await stage.advanceTo(new Date(stage.clock.now().getTime() + 10_000).toISOString());
}

function isNew({ channel, ts }: ShownMessage): boolean {
  const key = `${channel} ${ts}`;
  return !seen.has(key) && seen.add(key) !== undefined;
}

const isRoll = ({ text }: ShownMessage): boolean => text.startsWith('‼️');
const firstLine = ({ text }: ShownMessage): string => (text.split('\n')[0] ?? '').replace(/ · \S+ /u, ' · ');
const nameIn = ({ text }: ShownMessage): string => /EX-\d+/.exec(text)?.[0] ?? '';
const namesIn = ({ text }: ShownMessage): string[] => text.match(/EX-\d+/g)?.toSorted() ?? [];

function buttonsOf({ blocks }: Pick<ShownMessage, 'blocks'>): string[] {
  return blocks
    .flatMap((block) => (block['elements'] ?? []) as { action_id?: string }[])
    .flatMap(({ action_id: id }) => (id === undefined ? [] : [id]));
}

/** On the wall in Istanbul. */
function timeOf(ts: string): string {
  const moment = new Date(Number(ts) * 1000);
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Europe/Istanbul' }).format(moment);
}

function daysTo(last: number): number[] {
  return Array.from({ length: last - FIRST_DAY + 1 }, (_, index) => FIRST_DAY + index);
}

/** A moment of a day counted on from January's first. */
function at(day: number, time: string): string {
  const date = new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10);
  return `${date}T${time}:00+03:00`;
}
