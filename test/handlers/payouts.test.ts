import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { button } from '../../blocks/controls.ts';
import { insertEpisode } from '../operations/episode.ts';
import { waitFor } from '../support/wait-for.ts';
import { openPayoutsDoor } from './payouts-door.ts';

let door: Awaited<ReturnType<typeof openPayoutsDoor>>;
let count = 0;

beforeAll(async () => {
  door = await openPayoutsDoor();
});
afterAll(() => door.close());
beforeEach(() => {
  door.noted.refusals = [];
  door.noted.forged = [];
  door.noted.escalated = [];
  door.noted.locales = 0;
});

/** A failed payout with its message. */
async function failed(given: Partial<Parameters<typeof insertEpisode>[1]> = {}) {
  count += 1;
  const transactionId = `wd-${count}`;
  const now = door.local.clock.now();
  const id = await insertEpisode(door.ours.pool, { transactionId, now, ...given });
  return { id, transactionId, ts: await door.postPayout(id) };
}

async function operationsOf(transactionId: string): Promise<string[]> {
  const { rows } = await door.ours.pool.query<{ what: string }>(
    `select action || ' ' || state || ' ' || split_part(requested_by, ':', 1) as what from operations where subject_id = $1`,
    [transactionId],
  );
  return rows.map(({ what }) => what);
}

const hears = (words: string) =>
  waitFor(words, async () => (await door.heard()).find((text) => text.includes(words)));
const shown = (user: string, words: string) =>
  waitFor(`a modal with ${words}`, async () => {
    const top = await door.topOf(user);
    return JSON.stringify(top ?? {}).includes(words) ? top : undefined;
  });

describe('a retry', () => {
  test('is stored once, and its message says the rest', async () => {
    const { ts, transactionId } = await failed();
    const before = (await door.heard()).length;
    expect(await door.press('ops1', ts, { action_id: 'payouts.retry' })).toMatchObject({ status: 200 });
    expect(await operationsOf(transactionId)).toEqual(['retry accepted person']);
    expect(await door.heard()).toHaveLength(before);
    // The language came with the person.
    expect(door.noted.locales).toBe(0);
  });

  test('that is pressed again names who was first', async () => {
    const { ts, transactionId } = await failed();
    await door.press('lead1', ts, { action_id: 'payouts.retry' });
    await door.press('ops2', ts, { action_id: 'payouts.retry' });
    await hears('sizden önce davrandı');
    await door.press('lead1', ts, { action_id: 'payouts.retry' });
    await hears('It is under way, and it is done once');
    expect(await operationsOf(transactionId)).toHaveLength(1);
  });

  test('whose time is over asks for a recheck', async () => {
    const { ts, transactionId } = await failed({
      offerUntil: new Date(door.local.clock.now().getTime() - 1),
    });
    await door.press('ops1', ts, { action_id: 'payouts.retry' });
    await hears('too old');
    expect(await operationsOf(transactionId)).toEqual([]);
  });

  test('needs a role, and a recheck one more', async () => {
    const { ts, transactionId } = await failed();
    await door.press('engineer1', ts, { action_id: 'payouts.retry' });
    await door.press('security1', ts, { action_id: 'payouts.recheck' });
    await door.press('owner1', ts, { action_id: 'payouts.retry' });
    expect(door.noted.refusals).toEqual([
      ['wrong_role', 'payouts.retry'],
      ['wrong_role', 'payouts.recheck'],
      ['no_role', 'payouts.retry'],
    ]);
    expect(await operationsOf(transactionId)).toEqual([]);
    await door.press('engineer1', ts, { action_id: 'payouts.recheck' });
    expect(await operationsOf(transactionId)).toEqual(['recheck accepted person']);
  });

  test.each([
    'x',
    '5b2f8a52-8a64-4f0e-9d0b-3b1f6f2f1a77:1',
    '5b2f8a52-8a64-4f0e-9d0b-3b1f6f2f1a77:0',
    `${'-'.repeat(36)}:1`,
    "1' or '1'='1",
  ])('with a forged value is noted, and does nothing: %s', async (value) => {
    const elements = [
      button('payouts', 'retry', value, 'Retry'),
      button('payouts', 'escalate', value, 'Escalate'),
    ];
    const ts = await door.post([{ type: 'actions', elements }]);
    await door.press('ops1', ts, { action_id: 'payouts.retry' });
    await hears('There is no such payout here');
    await door.press('ops1', ts, { action_id: 'payouts.escalate' });
    expect(door.noted.forged).toEqual([`payouts.retry ${value}`, `payouts.escalate ${value}`]);
  });
});

describe('details', () => {
  test('show the account whole, and what was accepted there', async () => {
    const { id, ts, transactionId } = await failed();
    await door.press('ops1', ts, { action_id: 'payouts.more', option: `payouts.open:${id}` });
    const view = await shown('ops1', 'acc_1');
    await door.pressIn('ops1', view.id, { action_id: 'payouts.retry' });
    await shown('ops1', 'Accepted. It is checked once more');
    expect(await operationsOf(transactionId)).toEqual(['retry accepted person']);
    const after = JSON.stringify(await door.topOf('ops1'));
    expect(after).not.toContain('payouts.retry');
    expect(after).toContain('being checked once more');
  });

  test('say why a press there changed nothing', async () => {
    const { id, ts } = await failed();
    await door.press('ops1', ts, { action_id: 'payouts.more', option: `payouts.open:${id}` });
    const view = await shown('ops1', 'payouts.retry');
    await door.press('lead1', ts, { action_id: 'payouts.retry' });
    await door.pressIn('ops1', view.id, { action_id: 'payouts.retry' });
    await shown('ops1', 'was first: Retry');
  });

  test('of what is no payout say so', async () => {
    const ts = await door.post([{ type: 'actions', elements: [button('payouts', 'open', 'x', 'Details')] }]);
    await door.press('ops1', ts, { action_id: 'payouts.open' });
    await shown('ops1', 'There is no such payout here');
  });
});

test('escalating starts what climbs, once, and the message shows it', async () => {
  const { id, transactionId } = await failed();
  await door.find(transactionId);
  const ts = await door.postPayout(id);
  await door.press('engineer1', ts, { action_id: 'payouts.more', option: `payouts.escalate:${id}` });
  await waitFor('an escalation', async () => {
    const { rows } = await door.ours.pool.query(`select 1 from escalations where state = 'open'`);
    return rows.length === 1 ? true : undefined;
  });
  await waitFor('its message', async () => (door.noted.escalated.includes(id) ? true : undefined));
  await door.press('ops1', ts, { action_id: 'payouts.more', option: `payouts.escalate:${id}` });
  expect(door.noted.escalated).toEqual([id]);
});

test('what has no finding is not escalated', async () => {
  const { id } = await failed();
  const ts = await door.post([
    { type: 'actions', elements: [button('payouts', 'escalate', id, 'Escalate')] },
  ]);
  await door.press('engineer1', ts, { action_id: 'payouts.escalate' });
  await hears('No finding is open about this payout');
});

describe('/payouts', () => {
  test('lists all, and each filter is one click', async () => {
    // The oldest is the first.
    const { transactionId } = await failed({ now: new Date(door.local.clock.now().getTime() - 3_600_000) });
    await door.command('ops1', '');
    const view = await shown('ops1', transactionId);
    await door.pressIn('ops1', view.id, { action_id: 'payouts.filter.state', option: 'stuck' });
    await shown('ops1', 'Nothing passes this filter');
    await door.pressIn('ops1', view.id, { action_id: 'payouts.filter.state', option: 'any' });
    await shown('ops1', transactionId);
    await door.pressIn('ops1', view.id, { action_id: 'payouts.filter.provider', option: 'kuzey-pay' });
    const filtered = await shown('ops1', '\\"provider\\":\\"kuzey-pay\\"');
    expect(JSON.stringify(filtered)).toContain(transactionId);
  });

  test('turns its pages', async () => {
    for (let more = 0; more < 11; more += 1) await failed();
    await door.command('ops2', '');
    const view = await shown('ops2', 'Sayfa 1 /');
    await door.pressIn('ops2', view.id, { action_id: 'payouts.page.next' });
    await shown('ops2', 'Sayfa 2 /');
    await door.pressIn('ops2', view.id, { action_id: 'payouts.page.previous' });
    await shown('ops2', 'Sayfa 1 /');
  });

  test.each([
    ['failed', 'payout failed'],
    ['KUZEY-PAY', 'kuzey-pay'],
    ['stuck', 'Nothing passes this filter'],
    ['no-such-thing-1', 'I know no payout `no-such-thing-1`'],
    ['<!channel>', 'I know no payout `&lt;!channel&gt;`'],
  ])('understands %s', async (text, words) => {
    await door.command('lead1', text);
    await shown('lead1', words);
  });

  test('opens one by the payment, or by its own id', async () => {
    const { id, transactionId } = await failed();
    await door.command('lead1', transactionId);
    await shown('lead1', `payout \`${id}\``);
    await door.command('security1', id);
    await shown('security1', transactionId);
  });

  test('answers help in the language of the person', async () => {
    expect(await door.command('ops2', 'yardım')).toMatchObject({ status: 200 });
    const { reply } = (await door.command('ops2', 'help')) as { reply?: { text: string } };
    expect(JSON.stringify(reply)).toContain('Takılmış ve başarısız ödemeler');
  });
});

test('a group that is none shows no list', async () => {
  const ts = await door.post([{ type: 'actions', elements: [button('payouts', 'list', 'x', 'Show list')] }]);
  await door.press('ops1', ts, { action_id: 'payouts.list' });
  await shown('ops1', 'There is no such payout here');
});
