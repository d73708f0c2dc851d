import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { actingOn, type Acknowledged, type ShownView, type Typed } from '../support/acting.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

let stage: Stage;
let app: RunningApp;
let acting: ReturnType<typeof actingOn>;

beforeAll(async () => {
  stage = await openStage();
  app = await stage.startApp();
  acting = actingOn(stage);
}, 60_000);

afterAll(async () => {
  await app?.stop();
  await stage?.close();
});

interface Row {
  id: string;
  number: number;
  name: string;
  state: string;
  owner_id: string;
  closing_id: string | null;
}

async function rows(): Promise<Row[]> {
  const found = await stage.ours.pool.query<Row>(
    'select id, number::int as number, name, state, owner_id, closing_id from exemptions order by number',
  );
  return found.rows;
}
const newest = async (): Promise<Row> => (await rows()).at(-1)!;

/** The modal on top once it is this one, and shows its inputs. */
const form = (user: string, callbackId: string): Promise<ShownView> =>
  waitFor(`${callbackId} of ${user}`, async () => {
    const view = await acting.top(user);
    return view?.callback_id === callbackId ? view : undefined;
  });

const TYPED = { name: 'Payment provider API key', place: 'production', risk: 'HIGH', route: 'procure' };

async function add(user: string, typed: Typed): Promise<Acknowledged> {
  await acting.command(user, '/exemption', 'add');
  const view = await form(user, 'exemptions.add');
  return await acting.submit(user, view.id, { ...TYPED, ...typed });
}

async function closeModals(user: string): Promise<void> {
  const view = await acting.top(user);
  if (view !== undefined) await acting.act('close', { user, view_id: view.id, all: true });
}

async function handIn(user: string, name: string): Promise<Acknowledged> {
  await acting.command(user, '/exemption', `close ${name}`);
  const view = await form(user, 'exemptions.hand_in');
  const typed = { evidence_link: 'https://ci.example/run/1', evidence_note: 'The test key gets 401.' };
  return await acting.submit(user, view.id, typed);
}

/** The message in which somebody of security decides. */
async function proof(
  closingId: string,
): Promise<{ channel: string; ts: string; text: string; blocks: unknown[] }> {
  // A channel takes one message a second.
  await stage.advanceTo(new Date(stage.clock.now().getTime() + 5_000).toISOString());
  await stage.idle();
  const { rows: cards } = await stage.ours.pool.query<{ channel_id: string; ts: string }>(
    `select channel_id, ts from cards where kind = 'exemption_closing' and subject_id = $1 and ts is not null`,
    [closingId],
  );
  const { messages } = await acting.state();
  return messages.find(({ channel, ts }) => channel === cards[0]?.channel_id && ts === cards[0]?.ts) as never;
}

describe('/exemption', () => {
  test('answers help in the language of whoever asks, and no guest', async () => {
    const { reply } = await acting.command('ops2', '/exemption', '');
    expect(reply?.text).toContain('/exemption add');
    const { reply: turkish } = await acting.command('owner1', '/exemption', 'yardım');
    expect(turkish?.text).toContain('ek süre');
    expect((await acting.command('guest1', '/exemption', 'help')).reply?.text).toContain('Guests');
  });

  test('add takes a role', async () => {
    const { reply } = await acting.command('owner1', '/exemption', 'add');
    expect(reply?.text).toContain('🔒');
    expect(await acting.top('owner1')).toBeUndefined();
  });

  test('add opens one for somebody else, until the last day allowed', async () => {
    const owner = await acting.idOf('owner1');
    const done = await add('ops1', { owner, mitigation: 'Sandbox mode.', links: 'https://wiki.example' });
    expect(done).toMatchObject({ status: 200 });
    await acting.toldWith('ops1', 'EX-1');
    expect(await rows()).toMatchObject([{ name: TYPED.name, owner_id: owner, state: 'open' }]);
    const { rows: days } = await stage.ours.pool.query<{ days: number }>(
      'select deadline - opened_on as days from exemptions',
    );
    expect(days).toEqual([{ days: 30 }]);
  });

  test('add says beside its field what is wrong', async () => {
    expect((await add('ops2', { name: TYPED.name.toUpperCase() })).errors).toEqual({
      name: expect.stringContaining('EX-1'),
    });
    await closeModals('ops2');
    expect((await add('ops2', { name: 'Another', deadline: '2027-01-01' })).errors).toEqual({
      deadline: expect.stringContaining('30 days'),
    });
    await closeModals('ops2');
    expect((await add('ops2', { name: 'Another', owner: await acting.idOf('guest1') })).errors).toEqual({
      owner: expect.stringContaining('no guests'),
    });
    await closeModals('ops2');
    expect(await rows()).toHaveLength(1);
  });

  test('list and show show all to whoever holds a role', async () => {
    await acting.command('engineer2', '/exemption', 'list high');
    const list = await acting.topWith('engineer2', 'EX-1');
    await acting.pressIn('engineer2', list.id, { action_id: 'exemptions.open', value: (await newest()).id });
    await acting.topWith('engineer2', 'Sandbox mode.');
    await closeModals('engineer2');
    await acting.command('engineer2', '/exemption', `show ${TYPED.name}`);
    await acting.topWith('engineer2', 'Sandbox mode.');
    await closeModals('engineer2');
  });

  test('list and show show theirs to owners, and nothing to others without a role', async () => {
    await acting.command('owner1', '/exemption', 'liste');
    await acting.topWith('owner1', 'EX-1');
    await closeModals('owner1');
    await acting.command('owner1', '/exemption', 'göster EX-1');
    await acting.topWith('owner1', 'Sandbox mode.');
    await closeModals('owner1');
    await acting.command('stranger1', '/exemption', 'list');
    expect(JSON.stringify(await acting.topWith('stranger1', 'None is yours'))).not.toContain('EX-1');
    await closeModals('stranger1');
    await acting.command('stranger1', '/exemption', 'show EX-1');
    await acting.topWith('stranger1', 'not yours to see');
    await closeModals('stranger1');
  });

  test('Home shows owners theirs, with or without a role', async () => {
    const homeOf = async (user: string): Promise<string> => {
      await acting.act('home', { user });
      return await waitFor(`the Home of ${user}`, async () => {
        const { homes } = (await acting.state()) as unknown as { homes: Record<string, unknown> };
        return homes[user] === undefined ? undefined : JSON.stringify(homes[user]);
      });
    };
    const home = await homeOf('owner1');
    expect(home).toContain('Muafiyetleriniz (1)');
    expect(home).toContain('30 gün kaldı');
    expect(home).not.toContain('findings.');
    expect(await homeOf('stranger1')).toContain('none of the roles');
    expect(await homeOf('ops2')).not.toContain('Your exemptions');
  });
});

describe('closing', () => {
  test('is for its owner, not for whoever opened it', async () => {
    await acting.command('ops1', '/exemption', 'kapat EX-1');
    await acting.topWith('ops1', 'güvenlik ekibinden biri yapabilir');
    await closeModals('ops1');
    expect(await handIn('owner1', 'EX-1')).toMatchObject({ status: 200 });
    await acting.toldWith('owner1', 'EX-1 teslim edildi');
    expect(await newest()).toMatchObject({ state: 'closing' });
  });

  test('is decided by security alone, whatever others press', async () => {
    const { closing_id: closing } = await newest();
    const { channel, ts } = await proof(closing!);
    for (const [user, words] of [
      ['owner1', 'güvenlik ekibinden biri'],
      ['ops2', 'somebody of security'],
      ['guest1', 'Guests'],
      ['stranger1', 'somebody of security'],
    ] as const) {
      await acting.press(user, channel, ts, 'exemptions.accept', closing!);
      await acting.toldWith(user, words);
    }
    expect(await newest()).toMatchObject({ state: 'closing' });
  });

  test('is refused with a reason, and open again', async () => {
    const { closing_id: closing } = await newest();
    const { channel, ts } = await proof(closing!);
    await acting.press('security2', channel, ts, 'exemptions.refuse', closing!);
    const view = await form('security2', 'exemptions.decline');
    expect((await acting.submit('security2', view.id, { reason: ' ' })).errors).toHaveProperty('reason');
    await acting.submit('security2', view.id, { reason: 'The old key still answers.' });
    await acting.toldWith('security2', 'open again');
    expect(await newest()).toMatchObject({ state: 'open' });
    const card = await proof(closing!);
    expect(card.text).toContain('The old key still answers.');
    expect(JSON.stringify(card.blocks)).not.toMatch(/exemptions\.(accept|refuse)/);
  });

  test('by whoever handed it in is refused; by another of security it is closed', async () => {
    expect(await handIn('security2', 'EX-1')).toMatchObject({ status: 200 });
    const { closing_id: closing } = await newest();
    const { channel, ts } = await proof(closing!);
    await acting.press('security2', channel, ts, 'exemptions.accept', closing!);
    await acting.toldWith('security2', 'You handed it in');
    expect(await newest()).toMatchObject({ state: 'closing' });
    await acting.press('security1', channel, ts, 'exemptions.accept', closing!);
    await acting.toldWith('security1', 'EX-1');
    expect(await newest()).toMatchObject({ state: 'closed' });
    const card = await proof(closing!);
    expect(card.text).toContain('EX-1 ');
    expect(JSON.stringify(card.blocks)).not.toMatch(/exemptions\.(accept|refuse)/);
  });

  test('and adding it again points to more time', async () => {
    const { errors } = await add('ops2', {});
    expect(errors).toEqual({ name: expect.stringContaining('/exemption extend EX-1') });
    await closeModals('ops2');
  });
});

describe('handing over', () => {
  test('gives it to somebody else, who may take part without a role', async () => {
    await add('ops2', { name: 'Webhook secret' });
    const { id, number } = await newest();
    await acting.command('ops2', '/exemption', `reassign EX-${number}`);
    const view = await form('ops2', 'exemptions.reassign');
    const owner = await acting.idOf('owner1');
    await acting.submit('ops2', view.id, { owner });
    await acting.toldWith('ops2', 'handed over');
    expect(await newest()).toMatchObject({ owner_id: owner });
    await acting.command('ops2', '/exemption', `show EX-${number}`);
    const detail = await acting.topWith('ops2', 'Webhook secret');
    await acting.pressIn('ops2', detail.id, { action_id: 'exemptions.take_over', value: id });
    await acting.topWith('ops2', 'somebody of security');
    expect(await newest()).toMatchObject({ owner_id: owner });
  });
});
