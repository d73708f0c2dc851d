import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { actingOn } from '../support/acting.ts';
import { messagesIn, type ShownMessage } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let app: RunningApp;
let people: ReturnType<typeof actingOn>;

/** One wallet that is a lira too high: one HIGH finding of R01, one escalation. */
const drift = (by: number) =>
  stage.finance.pool.query(
    `update finance.wallets set available = available + $1
      where (tenant_id, account_id, currency) = (
        select tenant_id, account_id, currency from finance.wallets where currency = 'TRY' order by account_id limit 1)`,
    [by],
  );

beforeAll(async () => {
  stage = await openStage({ planted: false });
  people = actingOn(stage);
  await drift(1);
  app = await stage.startApp();
  await stage.advanceTo('2026-01-15T09:03:00+03:00');
}, 120_000);

afterAll(async () => {
  await app.stop();
  await stage.close();
});

const alerts = (): Promise<ShownMessage[]> => messagesIn(stage.workspace, 'ops-alerts');
const card = async (): Promise<ShownMessage> =>
  (await alerts()).find(({ text }) => text.includes('Wallet differs'))!;
const thread = async (): Promise<ShownMessage[]> => {
  const { ts } = await card();
  return (await alerts()).filter((message) => message.thread_ts === ts);
};
const buttons = (message: ShownMessage): string[] =>
  [...JSON.stringify(message.blocks).matchAll(/"action_id":"([\w.]+)"/g)].map(([, id]) => id!);
const press = async (user: string, action: string) =>
  await people.press(user, 'ops-alerts', (await card()).ts, action);
const menu = async (user: string, verb: string) => {
  const { rows } = await stage.ours.pool.query<{ id: string }>(
    'select id from escalations order by started_at limit 1',
  );
  const option = `escalations.${verb}:${rows[0]!.id}`;
  return await people.act('click', {
    user,
    channel: 'ops-alerts',
    ts: (await card()).ts,
    action_id: 'escalations.more',
    option,
  });
};
const rowsOf = async (sql: string) => (await stage.ours.pool.query<Record<string, unknown>>(sql)).rows;

describe('a HIGH finding', () => {
  test('stands in #ops-alerts, with the people of its first level', async () => {
    const message = await card();
    expect(message.text).toContain('🚨 Sev-1: Wallet differs from the ledger');
    for (const name of ['ops1', 'ops2'])
      expect(message.text.split(`<@${await people.idOf(name)}>`)).toHaveLength(2);
    expect(buttons(message)).toEqual(['escalations.acknowledge', 'findings.review', 'escalations.more']);
    expect(await alerts()).toHaveLength(1);
  });

  test('is named by its class in the digest alone', async () => {
    const [digest] = await messagesIn(stage.workspace, 'finance-ops');
    expect(digest?.text).toContain('HIGH');
    expect((await card()).text).not.toContain('HIGH');
  });

  test('leads to its report once that stands', async () => {
    await stage.advanceTo('2026-01-15T09:12:30+03:00');
    const [digest] = await messagesIn(stage.workspace, 'finance-ops');
    const { rows } = await stage.ours.pool.query<{ at: Date }>(
      'select at from escalation_steps where level = 2',
    );
    expect(rows).toHaveLength(1);
    expect(digest?.ts).toBeDefined();
  });

  test('climbs in its thread after a quarter of an hour', async () => {
    const [reply, ...rest] = await thread();
    expect(rest).toEqual([]);
    expect(reply?.text).toContain(`<@${await people.idOf('manager1')}> <@${await people.idOf('manager2')}>`);
    const apart = Number(reply!.ts) - Number((await card()).ts);
    expect(Math.abs(apart - 15 * 60)).toBeLessThan(30);
  });
});

describe('whoever may not answer', () => {
  test.each(['guest1', 'stranger1', 'owner1'])('%s is refused in private, without effect', async (name) => {
    expect(await press(name, 'escalations.acknowledge')).toMatchObject({ status: 200 });
    await people.toldWith(name, '🔒');
    expect(await rowsOf(`select from escalations where state = 'acknowledged'`)).toEqual([]);
  });
});

describe('answering', () => {
  test('by two in the same moment is one, and the other is told who', async () => {
    await Promise.all(['ops2', 'manager2'].map((name) => press(name, 'escalations.acknowledge')));
    const rows = await rowsOf(`select acknowledged_by from escalations where state = 'acknowledged'`);
    expect(rows).toHaveLength(1);
    const winner = String(rows[0]!['acknowledged_by']);
    const loser = winner === (await people.idOf('ops2')) ? 'manager2' : 'ops2';
    expect((await people.toldWith(loser, '👋')).text).toContain(`<@${winner}>`);
    await stage.idle();
    expect(buttons(await card())).toEqual(['findings.review', 'escalations.more']);
    expect((await card()).text).toContain(`👀 <@${winner}> has it`);
    expect((await card()).blocks.map(({ type }) => type)).toEqual(['section', 'actions', 'context']);
  });

  test('tells nobody any more', async () => {
    await stage.advanceTo('2026-01-15T09:50:00+03:00');
    expect(await thread()).toHaveLength(1);
  });

  test('can be handed over, in the thread', async () => {
    await menu('ops2', 'hand_over');
    const view = await people.topWith('ops2', 'To whom');
    const engineer = await people.idOf('engineer1');
    const answer = await people.act('submit', {
      user: 'ops2',
      view_id: view.id,
      values: { to: { to: { selected_user: engineer } }, note: { note: 'Looks like <!channel> the cache' } },
    });
    expect(answer.errors ?? {}).toEqual({});
    await stage.idle();
    const last = (await thread()).at(-1)!;
    expect(last.text).toContain(`to <@${engineer}>`);
    expect(JSON.stringify(last.blocks)).not.toContain('<!channel>');
    expect((await card()).text).toContain(`Handed to <@${engineer}>`);
  });

  test('to a guest is refused, with what was typed kept', async () => {
    await menu('ops2', 'hand_over');
    const view = await people.topWith('ops2', 'To whom');
    await people.act('submit', {
      user: 'ops2',
      view_id: view.id,
      values: { to: { to: { selected_user: await people.idOf('guest1') } } },
    });
    await people.topWith('ops2', 'none of the roles');
    expect(await rowsOf('select from escalation_handovers')).toHaveLength(1);
  });

  test('is not enough to end it: a run has to confirm', async () => {
    await menu('engineer2', 'resolve');
    const view = await people.topWith('engineer2', 'Root cause');
    expect(
      (await people.submit('engineer2', view.id, { root_cause: ' ', remediation: '' })).errors,
    ).toMatchObject({
      root_cause: expect.stringContaining('caused'),
    });
    await people.submit('engineer2', view.id, { root_cause: 'A worker ran twice', remediation: 'A lock' });
    expect((await people.toldWith('engineer2', '📝')).text).toContain('ends by itself');
    await stage.idle();
    expect((await card()).text).toMatch(/A worker ran twice[\s\S]*A run has to confirm/);
  });

  test('ends by itself once a run no longer finds it', async () => {
    await drift(-1);
    await stage.advanceTo('2026-01-16T09:03:00+03:00');
    const message = await card();
    expect(message.text).toMatch(/^✅ Over: Wallet differs/);
    expect(message.text).toContain('A worker ran twice');
    expect(buttons(message)).toEqual([]);
    expect(await rowsOf('select state, root_cause from incidents')).toEqual([
      { state: 'resolved', root_cause: 'A worker ran twice' },
    ]);
  });

  test('is passed on to the pager, in order', async () => {
    const pages = await rowsOf('select action, dedup_key, summary from pages order by seq');
    expect(pages.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['trigger', 'acknowledge', 'resolve']),
    );
    expect(pages.at(-1)).toMatchObject({
      action: 'resolve',
      summary: 'Sev-1: Wallet differs from the ledger',
    });
    expect(new Set(pages.map((page) => page['dedup_key'])).size).toBe(1);
  });
});

describe('/incident', () => {
  const incidents = (): Promise<ShownMessage[]> => messagesIn(stage.workspace, 'incidents');
  const command = (text: string, user = 'engineer2') => people.command(user, '/incident', text);

  test('opens one, which stands in #incidents and climbs its own route', async () => {
    const { reply } = await command('open sev2 Card payments <!here> fail');
    expect(reply?.text).toMatch(/INC-\d+ is open/);
    await stage.idle();
    const message = (await incidents()).at(-1)!;
    expect(message.text).toMatch(/⚠️ INC-\d+, Sev-2: Card payments/);
    expect(JSON.stringify(message.blocks)).not.toContain('<!here>');
    expect((await alerts()).at(-1)?.text).toContain(`<@${await people.idOf('engineer1')}>`);
  });

  test('asks for what was left out', async () => {
    await command('open');
    const view = await people.topWith('engineer2', 'What is happening');
    await people.act('submit', {
      user: 'engineer2',
      view_id: view.id,
      values: { title: { title: 'Queue stands still' }, severity: { severity: { selected_option: 'sev1' } } },
    });
    await people.toldWith('engineer2', 'is open');
    expect(
      await rowsOf(`select severity from incidents where title ->> 'words' = 'Queue stands still'`),
    ).toEqual([{ severity: 'sev1' }]);
  });

  test('lists what is open, worst first', async () => {
    const text = (await command('list')).reply?.text ?? '';
    expect(text).toContain('2 open incidents');
    expect(text.indexOf('Queue stands still')).toBeLessThan(text.indexOf('Card payments'));
  });

  test('resolves with a root cause, and says so', async () => {
    const [row] = await rowsOf(`select number from incidents where title ->> 'words' like 'Card%'`);
    expect((await command(`resolve INC-${Number(row?.['number'])}`)).reply?.text).toContain(
      '/incident resolve',
    );
    const { reply } = await command(
      `resolve inc-${Number(row?.['number'])} The gateway's certificate ran out`,
    );
    expect(reply?.text).toContain('✅');
    await stage.idle();
    const message = (await incidents()).find(({ text }) => text.includes('Card payments'))!;
    expect(message.text).toMatch(/✅ INC-\d+ is over[\s\S]*certificate ran out/);
    expect(buttons(message)).toEqual([]);
  });

  test.each([
    ['help', '/incident list'],
    ['nonsense', '/incident list'],
    ['resolve INC-999 why', 'no incident INC-999'],
  ])('%s is answered', async (text, words) => {
    expect((await command(text)).reply?.text).toContain(words);
  });

  test('answers in the language of the person', async () => {
    const { reply } = await command('list', 'ops1');
    const [{ locale }] = (await rowsOf(
      `select locale from people where user_id = '${await people.idOf('ops1')}'`,
    )) as [{ locale: string }];
    expect(reply?.text).toContain(locale.startsWith('tr') ? 'açık olay' : 'open incident');
  });

  test('is refused to a guest', async () => {
    expect((await command('open sev1 x', 'guest1')).reply?.text).toContain('🔒');
    expect(await rowsOf(`select from incidents where title ->> 'words' = 'x'`)).toEqual([]);
  });
});

test('metrics count what is open and what was told', async () => {
  const metrics = await (await fetch(`http://127.0.0.1:${app.port}/metrics`)).text();
  expect(metrics).toMatch(/mutabik_open_escalations\{severity="sev1",state="open"\} 1/);
  expect(metrics).toMatch(/mutabik_escalation_steps_total\{severity="sev1"\} [1-9]/);
});
