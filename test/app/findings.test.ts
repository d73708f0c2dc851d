import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signBody } from '../../sandbox/slack/deliveries/sign.ts';
import type { RunningApp } from '../../src/main.ts';
import { actingOn } from '../support/acting.ts';
import { loggedCalls, messagesIn, type ShownMessage } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

let stage: Stage;
let app: RunningApp;
let people: ReturnType<typeof actingOn>;

beforeAll(async () => {
  stage = await openStage();
  people = actingOn(stage);
  app = await stage.startApp();
  await stage.advanceTo('2026-01-15T09:05:00+03:00');
}, 120_000);

afterAll(async () => {
  await app.stop();
  await stage.close();
});

const HOSTILE = 'Booked <!channel> *twice* `x` 4111 1111 1111 1111';

async function digest(): Promise<ShownMessage> {
  await stage.idle();
  const messages = await messagesIn(stage.workspace, 'finance-ops');
  return messages.find(({ text }) => text.includes('Mutabık:'))!;
}

/** The findings behind the digest's Review buttons, worst first. */
async function shownFindings(): Promise<string[]> {
  const { blocks } = await digest();
  return blocks.flatMap((block) => {
    const { action_id: action, value } = (block['accessory'] ?? {}) as { action_id?: string; value?: string };
    return action === 'findings.review' && value !== undefined ? [value] : [];
  });
}

const stateOf = async (id: string) =>
  (
    await stage.ours.pool.query<{ state: string; owner: string | null; class: string }>(
      'select state, owner, class from findings where id = $1',
      [id],
    )
  ).rows[0]!;

async function review(user: string, id: string, words: string) {
  const { ts } = await digest();
  expect(await people.press(user, 'finance-ops', ts, 'findings.review', id)).toMatchObject({ status: 200 });
  return await people.topWith(user, words);
}

describe('a finding in a person’s hands', () => {
  test('opens at once, with both sides and who else looks', async () => {
    const [id] = await shownFindings();
    const view = await review('ops1', id!, 'Geçmiş');
    expect(view.title.text).toMatch(/^Bulgu R\d\d$/);
    const text = JSON.stringify(view.blocks);
    for (const words of ['Neden önemli', 'Öneri', 'Tutar', 'İlk görülme', 'Sorumlu', id!.slice(0, 8)])
      expect(text).toContain(words);
    const other = await review('ops2', id!, 'History');
    expect(JSON.stringify(other.blocks)).toContain(`<@${await people.idOf('ops1')}> looks at this too`);
  });

  test('is closed with its defaults and a note; the digest says so', async () => {
    const [id] = await shownFindings();
    const view = await review('ops2', id!, 'History');
    expect(await people.submit('ops2', view.id, {})).toMatchObject({
      errors: { note: /few words/ },
    } as object);
    expect(await people.submit('ops2', view.id, { note: HOSTILE })).toMatchObject({ status: 200 });
    expect(await stateOf(id!)).toMatchObject({ state: 'resolved' });
    expect((await people.state()).views['ops2'] ?? []).toEqual([]);
    const told = await people.toldWith('ops2', 'Closed');
    expect(JSON.stringify(told.blocks)).toContain('findings.undo');
    const { text, blocks } = await digest();
    expect(text).toContain(`closed by <@${await people.idOf('ops2')}>, corrected in the platform`);
    expect(text).toContain(`1 of ${stage.planted.length} closed`);
    expect(JSON.stringify(blocks)).toContain('closed by');
  });

  test('that two close in the same moment is closed once, and the other told who did', async () => {
    const [, id] = await shownFindings();
    const views = {
      ops2: await review('ops2', id!, 'History'),
      lead2: await review('lead2', id!, 'History'),
    };
    await Promise.all([
      people.submit('ops2', views.ops2.id, { note: 'of ops2' }),
      people.submit('lead2', views.lead2.id, { note: 'of lead2' }),
    ]);
    const { rows } = await stage.ours.pool.query<{ note: string; actor: string }>(
      `select note, actor from finding_history where finding_id = $1 and change = 'resolved'`,
      [id],
    );
    expect(rows).toHaveLength(1);
    const late = rows[0]!.note === 'of ops2' ? 'lead2' : 'ops2';
    const view = await people.topWith(late, 'was quicker and closed it');
    expect(JSON.stringify(view.blocks)).toContain(`<@${rows[0]!.actor.slice('person:'.length)}>`);
    await people.act('close', { user: late, view_id: view.id });
  });

  test('is taken back within a minute, once', async () => {
    const [, , id] = await shownFindings();
    const view = await review('ops2', id!, 'History');
    await people.submit('ops2', view.id, { note: 'Too soon' });
    const told = await people.toldWith('ops2', 'Closed');
    expect(await people.press('ops2', 'finance-ops', told.ts, 'findings.undo')).toMatchObject({
      status: 200,
    });
    await people.toldWith('ops2', 'stands as before');
    expect(await stateOf(id!)).toMatchObject({ state: 'open' });
    expect((await digest()).text).toContain(`2 of ${stage.planted.length} closed`);
  });

  test('shows its history, in which nothing is alive', async () => {
    const [id] = await shownFindings();
    const view = await review('ops2', id!, 'closed by');
    const text = JSON.stringify(view.blocks);
    expect(text).toContain('Booked &lt;!channel&gt; *twice* ˋxˋ [card ••1111]');
    expect(text).not.toMatch(/<!channel|4111 1111/);
    await people.act('close', { user: 'ops2', view_id: view.id });
  });

  test('is assigned without a note', async () => {
    const [, , , id] = await shownFindings();
    const view = await review('ops2', id!, 'History');
    expect(await people.submit('ops2', view.id, { what: 'assign' })).toMatchObject({ status: 200 });
    expect(await stateOf(id!)).toMatchObject({ state: 'open', owner: await people.idOf('ops2') });
    expect((await digest()).text).toContain(`<@${await people.idOf('ops2')}> has it`);
  });

  test('may be looked at by an engineer, and no more', async () => {
    const [id] = await shownFindings();
    const view = await review('engineer2', id!, 'You may look');
    expect(view.callback_id ?? '').toBe('');
    expect(JSON.stringify(view.blocks)).not.toContain('"input"');
  });

  test('is shown to no guest', async () => {
    const [id] = await shownFindings();
    const view = await review('guest1', id!, 'Guests');
    expect(JSON.stringify(view.blocks)).not.toContain('History');
  });

  test('that arrives twice is decided once', async () => {
    const [, , , , id] = await shownFindings();
    const view = await review('ops2', id!, 'History');
    await people.submit('ops2', view.id, { note: 'Once' });
    const opened = await review('ops2', id!, 'closed by');
    await people.submit('ops2', opened.id, { what: 'reopen' });
    expect(await replay('Once')).toBe(200);
    await stage.idle();
    expect(await stateOf(id!)).toMatchObject({ state: 'open' });
  });
});

/** Sends the delivery that holds these words once more, signed anew. */
async function replay(words: string): Promise<number> {
  const calls = await loggedCalls(stage.workspace);
  const sent = calls.find(
    ({ direction, args }) => direction === 'delivery' && JSON.stringify(args).includes(words),
  );
  expect(sent).toBeDefined();
  const payload = sent?.args['payload'] ?? sent?.args;
  const body = new URLSearchParams({
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const secret = stage.environment['SLACK_SIGNING_SECRET'] ?? '';
  const response = await fetch(`http://127.0.0.1:${app.port}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signBody(secret, timestamp, body),
    },
    body,
  });
  return response.status;
}

describe('a HIGH that is to be accepted', () => {
  const card = async (): Promise<ShownMessage> => {
    await stage.idle();
    return (await messagesIn(stage.workspace, 'finance-approvals')).at(-1)!;
  };

  test('is asked of another manager or lead, and never of oneself', async () => {
    const [, , , , , id] = await shownFindings();
    expect(await stateOf(id!)).toMatchObject({ class: 'HIGH' });
    const view = await review('manager2', id!, 'History');
    await people.submit('manager2', view.id, {
      what: 'accept',
      reason: 'known',
      note: 'Until the bank answers',
    });
    await people.toldWith('manager2', 'Proposed');
    expect(await stateOf(id!)).toMatchObject({ state: 'open' });
    const asked = await card();
    expect(asked.text).toContain('May this HIGH be accepted?');
    await people.press('manager2', 'finance-approvals', asked.ts, 'findings.approve');
    await people.toldWith('manager2', 'You proposed this yourself');
    await people.press('ops2', 'finance-approvals', asked.ts, 'findings.approve');
    await people.toldWith('ops2', "Your roles don't allow this");
    expect(await stateOf(id!)).toMatchObject({ state: 'open' });

    expect(await people.press('lead2', 'finance-approvals', asked.ts, 'findings.approve')).toMatchObject({
      status: 200,
    });
    await people.toldWith('lead2', 'Accepted until');
    expect(await stateOf(id!)).toMatchObject({ state: 'accepted' });
    const decided = await card();
    expect(decided.ts).toBe(asked.ts);
    expect(decided.text).toContain(`approved by <@${await people.idOf('lead2')}>`);
    expect(JSON.stringify(decided.blocks)).not.toContain('findings.approve');
    expect((await digest()).text).toContain('1 accepted');
  });
});

describe('all findings', () => {
  test('are filtered and paged; what is decided is gone from below', async () => {
    const { ts } = await digest();
    await people.press('ops2', 'finance-ops', ts, 'findings.show_all');
    const all = await people.topWith('ops2', '1 to 10 of');
    const choose = (name: string, option: string) =>
      people.pressIn('ops2', all.id, { action_id: `findings.filter.${name}`, option });
    expect(await choose('class', 'MED')).toMatchObject({ status: 200 });
    const medium = await people.topWith('ops2', '1 to 10 of 13 findings');
    expect(JSON.stringify(medium.blocks)).not.toContain('*🔺 HIGH*');
    await people.pressIn('ops2', all.id, { action_id: 'findings.page.next' });
    const second = await people.topWith('ops2', '11 to 13 of 13 findings');
    const { value } = (
      second.blocks.find((block) => 'accessory' in block) as { accessory: { value: string } }
    ).accessory;
    await people.pressIn('ops2', all.id, { action_id: 'findings.review', value });
    const opened = await people.topWith('ops2', 'History');
    await people.submit('ops2', opened.id, { note: 'Done from the list' });
    await people.topWith('ops2', '11 to 12 of 12 findings');
    await choose('owner', 'mine');
    await people.topWith('ops2', 'Nothing passes this filter');
    await choose('class', 'any');
    const mine = await people.topWith('ops2', '1 to 1 of 1 finding');
    expect(JSON.stringify(mine.blocks)).toContain(`👤 <@${await people.idOf('ops2')}>`);
    expect(JSON.stringify(mine.blocks)).toMatch(/archives\/C0FINANCEOPS\/p\d+\|all of them as CSV/);
    await people.act('close', { user: 'ops2', view_id: mine.id });
  });
});

describe('/recon', () => {
  const ask = async (text: string, user = 'ops2') =>
    (await people.command(user, '/recon', text)).reply?.text ?? '';

  test('answers in the language of whoever asks', async () => {
    expect(await ask('')).toMatch(/is complete[\s\S]*HIGH · 13 MED[\s\S]*16 Jan 2026, 09:00/);
    expect(await ask('', 'ops1')).toMatch(/çalışması tamamlandı[\s\S]*YÜKSEK/);
    expect(await ask('help')).toContain('/recon FINDING');
    expect(await ask('no such thing')).toContain('no finding and no word `no such thing`');
  });

  test('opens one by its short id', async () => {
    const [id] = await shownFindings();
    expect(await ask(id!.slice(0, 8))).toBe('');
    const view = await people.topWith('ops2', id!);
    await people.act('close', { user: 'ops2', view_id: view.id });
  });

  test('starts one run at a time, whose message says how far it is', async () => {
    expect(await ask('run', 'engineer2')).toContain("Your roles don't allow this");
    expect(await ask('run')).toContain('The run has started');
    expect(await ask('run', 'lead2')).toMatch(/started by <@U00000OPS2>|One at a time/);
    const message = await waitFor('the message', async () =>
      (await messagesIn(stage.workspace, 'finance-ops')).find(({ text }) =>
        /reconciliation is running|being confirmed/.test(text),
      ),
    );
    await stage.advanceTo('2026-01-15T09:15:00+03:00');
    const after = (await messagesIn(stage.workspace, 'finance-ops')).find(({ ts }) => ts === message.ts);
    expect(after?.text).toMatch(/Mutabık: \d+ HIGH/);
    const { rows } = await stage.ours.pool.query(`select started_by from runs where trigger = 'manual'`);
    expect(rows).toEqual([{ started_by: `person:${await people.idOf('ops2')}` }]);
  });
});

test('what was closed by hand and is still there came back with that run', async () => {
  const { rows } = await stage.ours.pool.query<{ count: number }>(
    `select count(*)::int as count from findings where state = 'resolved'`,
  );
  expect(rows).toEqual([{ count: 0 }]);
  const metrics = await (await fetch(`http://127.0.0.1:${app.port}/metrics`)).text();
  expect(metrics).toMatch(/mutabik_finding_acts_total\{act="resolved"\} \d/);
});
