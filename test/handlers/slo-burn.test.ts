import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { renderBurn } from '../../blocks/slo-burn.ts';
import type { Desk } from '../../handlers/desk.ts';
import { makeFrontDoor, type FrontDoor } from '../../handlers/index.ts';
import { makeListeners } from '../../handlers/listener.ts';
import { listenToBurns } from '../../handlers/slo-burn.ts';
import { makeSlackViews } from '../../src/adapters/slack-views.ts';
import { makeSlack } from '../../src/adapters/slack-web.ts';
import { makeLog } from '../../src/log.ts';
import type { Refused, Role } from '../../src/people/types.ts';
import { loadBurn } from '../../src/slo/load-burn.ts';
import { openJudgeGround, plus, START, type JudgeGround } from '../slo/judge-ground.ts';
import { waitFor } from '../support/wait-for.ts';
import { BOT_TOKEN, openWorkspace, SIGNING_SECRET, type OpenWorkspace } from '../workspace/open-workspace.ts';

const ROLES_OF: Readonly<Record<string, Role>> = {
  ops1: 'ops',
  ops2: 'ops',
  manager1: 'managers',
  lead1: 'leads',
  engineer1: 'sre',
  security1: 'security',
};

let ground: JudgeGround;
let local: OpenWorkspace;
let door: FrontDoor;
let refusals: [Refused, string][] = [];

beforeAll(async () => {
  [ground, local] = await Promise.all([openJudgeGround(), openWorkspace()]);
  const log = makeLog('silent');
  const { users } = await local.state();
  const nameOf = new Map(users.map(({ id, name }) => [id, name]));
  const api = { token: BOT_TOKEN, apiUrl: local.workspace().apiUrl, log };
  const desk: Desk = {
    pool: ground.ours.pool,
    clock: ground.clock,
    policy: ground.deps.policy,
    log,
    views: makeSlackViews(api),
    people: {
      identify: async ({ userId }) => {
        const name = nameOf.get(userId) ?? '';
        const role = ROLES_OF[name];
        const locale = name === 'ops2' ? 'tr' : 'en';
        if (role === undefined) return { ok: false, why: 'no_role', locale } as const;
        const person = { userId, key: name, name, locale, roles: new Set([role]) } as const;
        return { ok: true, person } as const;
      },
      localeOf: async () => 'en',
      noteRefusal: async ({ why, action }) => void refusals.push([why, action]),
    },
  };
  const listeners = makeListeners(desk);
  listenToBurns(listeners, desk, { deps: { ...ground.deps, escalations: ground.escalations } });
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
});

afterAll(async () => {
  await door.stop();
  await local.stop();
  await ground.close();
});

let ts: string;
let id: string;
beforeEach(async () => {
  refusals = [];
  await ground.calm();
  await ground.minutes(START, 10, 100);
  await ground.judge(plus(START, 10));
  id = (await ground.episodes())[0]?.id ?? '';
  const { channels } = await local.state();
  const channel = channels.find(({ name }) => name === 'slo')!.id;
  const content = renderBurn((await load())!, {
    locale: 'en',
    previousPermalink: null,
    permalink: () => null,
  });
  ts = String((await local.api('chat.postMessage', { channel, ...content }))['ts']);
});

const load = () => loadBurn(ground.ours.pool, id, { policy: ground.deps.policy, slos: ground.deps.slos });
const press = (user: string) =>
  local.act('click', { user, channel: 'slo', ts, action_id: 'slo.acknowledge', value: id });
const hears = (words: string) =>
  waitFor(words, async () =>
    (await local.state()).ephemerals.find(({ text }) => text.includes(words)) === undefined
      ? undefined
      : true,
  );

describe('pressing Acknowledge on a burn', () => {
  test.each(['ops1', 'manager1', 'lead1', 'engineer1'])('by %s makes it theirs', async (user) => {
    expect(await press(user)).toMatchObject({ status: 200 });
    const { users } = await local.state();
    const by = users.find(({ name }) => name === user)?.id;
    expect(await load()).toMatchObject({ answered: { by } });
    expect(refusals).toEqual([]);
  });

  test.each([
    ['security1', 'wrong_role'],
    ['owner1', 'no_role'],
  ])('by %s is refused, and noted', async (user, why) => {
    await press(user);
    await waitFor('the refusal', async () => (refusals.length > 0 ? true : undefined));
    expect(refusals).toEqual([[why, 'slo.acknowledge']]);
    expect((await load())?.answered).toBeNull();
  });

  test('says in their language who was quicker', async () => {
    await press('engineer1');
    await press('ops2');
    await hears('daha hızlıydı');
    await press('ops1');
    await hears('was quicker');
  });
});
