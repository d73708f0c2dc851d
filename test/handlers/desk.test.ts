import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadingModal } from '../../blocks/modal.ts';
import { renderNotice } from '../../blocks/notice.ts';
import type { Answer, Desk, SubmitAnswer } from '../../handlers/desk.ts';
import { makeFrontDoor, type FrontDoor } from '../../handlers/index.ts';
import { makeListeners, type Listeners } from '../../handlers/listener.ts';
import { makeSlackViews } from '../../src/adapters/slack-views.ts';
import { makeSlack } from '../../src/adapters/slack-web.ts';
import { makeLog } from '../../src/log.ts';
import type { Identified, Refused } from '../../src/people/types.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import { makeTexts } from '../../src/texts.ts';
import { BOT_TOKEN, openWorkspace, SIGNING_SECRET, type OpenWorkspace } from '../workspace/open-workspace.ts';
import { filledModal, postButtons } from './desk-parts.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { waitFor } from '../support/wait-for.ts';

/** What the desk's definitions do in these tests, set by each. */
let onPress: () => Promise<Answer>;
let onSubmit: () => Promise<SubmitAnswer>;
let who: (userId: string) => Identified;
let refusals: { why: Refused; action: string; id: string }[];

let ours: TestDatabase;
let local: OpenWorkspace;
let door: FrontDoor;
let posted: string;

const say = (text: string): Answer => ({ as: 'words', content: renderNotice('•', [text]) });

beforeAll(async () => {
  [ours, local] = await Promise.all([createOurDatabase(), openWorkspace()]);
  const log = makeLog('silent');
  const api = { token: BOT_TOKEN, apiUrl: local.workspace().apiUrl, log };
  const desk: Desk = {
    pool: ours.pool,
    clock: local.clock,
    policy: sandboxPolicy(undefined),
    log,
    views: makeSlackViews(api),
    people: {
      identify: async ({ userId }) => who(userId),
      localeOf: async () => 'en',
      noteRefusal: async ({ why, action, subject }) => void refusals.push({ why, action, id: subject.id }),
    },
  };
  const listeners = makeListeners(desk);
  define(listeners);
  door = makeFrontDoor({
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    slackApiUrl: api.apiUrl,
    slack: makeSlack(api),
    probes: { readiness: async () => [], metrics: async () => ({ contentType: 'text/plain', body: '' }) },
    attach: (app) => listeners.attach(app),
    log,
  });
  const { port } = await door.start({ host: '127.0.0.1', port: 0 });
  local.workspace().setAppUrl(`http://127.0.0.1:${port}/slack/events`);
  ({ channelId, ts: posted } = await postButtons(local));
});

afterAll(async () => {
  await door.stop();
  await local.stop();
  await ours.drop();
});

function define(listeners: Listeners): void {
  const texts = makeTexts('en');
  listeners.press({
    noun: 'escalations',
    verb: 'acknowledge',
    roles: ['ops'],
    about: 'escalation',
    run: () => onPress(),
  });
  listeners.press({
    noun: 'findings',
    verb: 'review',
    roles: ['ops'],
    about: 'finding',
    opening: () => loadingModal(texts, 'Finding'),
    run: () => onPress(),
  });
  listeners.submit({
    callbackId: 'findings.decide',
    roles: ['ops'],
    about: 'finding',
    channelOf: () => channelId,
    run: () => onSubmit(),
  });
  listeners.command({ command: '/recon', roles: ['ops'], run: () => onPress() });
}

let channelId = '';

const allow = (): void => {
  who = (userId) => ({
    ok: true,
    person: {
      userId: userId as never,
      key: 'ops1',
      name: 'ops1',
      locale: 'en',
      roles: new Set(['ops'] as const),
    },
  });
  refusals = [];
};

const press = (action: string) =>
  local.act('click', { user: 'ops1', channel: 'finance-ops', ts: posted, action_id: action });
const heard = async (): Promise<string[]> => (await local.state()).ephemerals.map(({ text }) => text);
const topOf = async () => (await local.state()).views['ops1']?.at(-1);

describe('a press', () => {
  test('is run and answered to one person', async () => {
    allow();
    onPress = async () => say('taken');
    expect(await press('escalations.acknowledge')).toMatchObject({ status: 200 });
    await waitFor('the words', async () => ((await heard()).includes('• taken') ? true : undefined));
  });

  test('that takes long is acked in time, and answered', async () => {
    allow();
    let finish = (_answer: Answer): void => undefined;
    onPress = () => new Promise((resolve) => (finish = resolve));
    const { status, ack_ms: ackMs } = await press('escalations.acknowledge');
    expect(status).toBe(200);
    expect(ackMs).toBeLessThan(2_800);
    finish(say('at last'));
    await waitFor('the words', async () => ((await heard()).includes('• at last') ? true : undefined));
  });

  test('that throws is acked, and says so', async () => {
    allow();
    onPress = async () => Promise.reject(new Error('a bug'));
    expect(await press('escalations.acknowledge')).toMatchObject({ status: 200 });
    await waitFor('the words', async () =>
      (await heard()).some((text) => text.includes('went wrong')) ? true : undefined,
    );
  });

  test.each(['stranger', 'guest', 'deactivated', 'bot', 'no_role', 'unreadable'] as const)(
    'of a %s runs nothing and is noted',
    async (why) => {
      allow();
      who = () => ({ ok: false, why, locale: 'tr' });
      onPress = () => Promise.reject(new Error('was run'));
      const words = makeTexts('tr').t(`handlers.refused.${why}`, { roles: 'operasyon' });
      expect(await press('escalations.acknowledge')).toMatchObject({ status: 200 });
      await waitFor('the refusal', async () => ((await heard()).includes(`🔒 ${words}`) ? true : undefined));
      expect(refusals).toEqual([{ why, action: 'escalations.acknowledge', id: 'row-1' }]);
    },
  );

  test('with another role runs nothing and is noted', async () => {
    allow();
    const allowed = who;
    who = (userId) => {
      const given = allowed(userId);
      return given.ok ? { ok: true, person: { ...given.person, roles: new Set(['sre'] as const) } } : given;
    };
    onPress = () => Promise.reject(new Error('was run'));
    await press('escalations.acknowledge');
    await waitFor('the refusal', async () => refusals[0]);
    expect(refusals[0]).toMatchObject({ why: 'wrong_role' });
  });
});

test('a press while nobody can be identified is acked', async () => {
  allow();
  who = () => {
    throw new Error('the database is away');
  };
  onPress = () => Promise.reject(new Error('was run'));
  expect(await press('escalations.acknowledge')).toMatchObject({ status: 200 });
});

describe('a modal', () => {
  test('opens at once and is filled', async () => {
    allow();
    let finish = (_answer: Answer): void => undefined;
    onPress = () => new Promise((resolve) => (finish = resolve));
    const { status, ack_ms: ackMs } = await press('findings.review');
    expect([status, Number(ackMs) < 1_500]).toEqual([200, true]);
    expect(JSON.stringify((await topOf())?.blocks)).toContain('One moment');
    finish({ as: 'view', view: filledModal('both sides') });
    await waitFor('the content', async () =>
      JSON.stringify((await topOf())?.blocks).includes('both sides') ? true : undefined,
    );
  });

  test('is opened to nobody who may not see it', async () => {
    allow();
    who = () => ({ ok: false, why: 'guest', locale: 'en' });
    onPress = () => Promise.reject(new Error('was run'));
    await press('findings.review');
    await waitFor('the refusal', async () =>
      JSON.stringify((await topOf())?.blocks).includes('Guests') ? true : undefined,
    );
  });

  test('closes after it was sent, with words in the channel', async () => {
    const view = await openFilled();
    onSubmit = async () => ({ as: 'close', words: renderNotice('✅', ['closed it']) });
    expect(await send(view)).toMatchObject({ status: 200 });
    expect(await topOf()).toBeUndefined();
    await waitFor('the words', async () => ((await heard()).includes('✅ closed it') ? true : undefined));
  });

  test('stays with an error beside the field', async () => {
    const view = await openFilled();
    onSubmit = async () => ({ as: 'errors', errors: { note: 'Too short' } });
    expect(await send(view)).toMatchObject({ errors: { note: 'Too short' } });
    expect((await topOf())?.id).toBe(view);
  });

  test('of somebody who lost the role says so on top', async () => {
    const view = await openFilled();
    who = () => ({ ok: false, why: 'no_role', locale: 'en' });
    onSubmit = () => Promise.reject(new Error('was run'));
    expect(await send(view)).toMatchObject({ status: 200 });
    expect(JSON.stringify((await topOf())?.blocks)).toContain('none of the roles');
    expect((await local.state()).views['ops1']).toHaveLength(2);
    expect(refusals).toMatchObject([{ why: 'no_role', action: 'findings.decide', id: 'row-1' }]);
  });
});

async function openFilled(): Promise<string> {
  allow();
  onPress = async () => ({ as: 'view', view: filledModal('both sides') });
  await press('findings.review');
  return await waitFor('the content', async () => {
    const top = await topOf();
    return JSON.stringify(top?.blocks).includes('both sides') ? top?.id : undefined;
  });
}

const send = (view: string) =>
  local.act('submit', { user: 'ops1', view_id: view, values: { note: { note: 'seen' } } });

describe('a command', () => {
  const call = (command: string) =>
    local.act('command', { user: 'ops1', channel: 'finance-ops', command, text: '' });

  test('is answered to its caller', async () => {
    allow();
    onPress = async () => say('all agrees');
    expect(JSON.stringify(await call('/recon'))).toContain('all agrees');
  });

  test('that throws says so', async () => {
    allow();
    onPress = () => Promise.reject(new Error('a bug'));
    expect(JSON.stringify(await call('/recon'))).toContain('went wrong');
  });

  test('of somebody without a role is refused', async () => {
    allow();
    who = () => ({ ok: false, why: 'no_role', locale: 'en' });
    expect(JSON.stringify(await call('/recon'))).toContain('none of the roles');
  });
});

test('a button of before an upgrade is acked', async () => {
  allow();
  const answer = await local.api('chat.postMessage', {
    channel: channelId,
    text: 'old',
    blocks: [
      {
        type: 'actions',
        elements: [
          { type: 'button', action_id: 'moons.land', value: '1', text: { type: 'plain_text', text: 'Land' } },
        ],
      },
    ],
  });
  const clicked = await local.act('click', {
    user: 'ops1',
    channel: 'finance-ops',
    ts: answer['ts'],
    action_id: 'moons.land',
  });
  expect(clicked).toMatchObject({ status: 200 });
});
