import { App, HTTPReceiver } from '@slack/bolt';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOT_TOKEN, openWorkspace, SIGNING_SECRET, type OpenWorkspace } from './open-workspace.ts';

let slack: OpenWorkspace;
let app: App;
let receiver: HTTPReceiver;
const mentions: string[] = [];

beforeAll(async () => {
  slack = await openWorkspace();
  receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET, port: 0 });
  app = new App({
    receiver,
    token: BOT_TOKEN,
    clientOptions: { slackApiUrl: slack.workspace().apiUrl },
  });
  app.action('go', async ({ ack, body, client, respond }) => {
    await ack();
    await respond({ text: 'working on it', replace_original: false });
    await client.chat.postMessage({ channel: body.user.id, text: 'done' });
  });
  app.command('/ask', async ({ ack, body, client }) => {
    const view = {
      type: 'modal',
      title: { type: 'plain_text', text: 'Ask' },
      blocks: [{ type: 'divider' }],
    } as const;
    await client.views.open({ trigger_id: body.trigger_id, view: { ...view, blocks: [...view.blocks] } });
    await ack();
  });
  app.event('app_mention', async ({ event }) => void mentions.push(event.text));
  const server = await app.start(0);
  const { port } = server.address() as AddressInfo;
  slack.workspace().setAppUrl(`http://127.0.0.1:${port}/slack/events`);
});
afterAll(async () => {
  await slack.stop();
  await app.stop();
});

test('Bolt takes a click, responds and posts', async () => {
  const blocks = [
    {
      type: 'actions',
      elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }],
    },
  ];
  const posted = await slack.api('chat.postMessage', { channel: 'slo', text: 'x', blocks });
  const click = { user: 'ops1', channel: 'slo', ts: posted['ts'], action_id: 'go' };
  expect(await slack.act('click', click)).toMatchObject({ status: 200 });
  await expect
    .poll(async () => (await slack.state()).messages.map((message) => message.text))
    .toContain('done');
  expect((await slack.state()).ephemerals).toMatchObject([{ text: 'working on it' }]);
});

test('Bolt opens a modal from a command', async () => {
  expect(await slack.act('command', { user: 'ops2', channel: 'slo', command: '/ask' })).toMatchObject({
    status: 200,
  });
  expect((await slack.state()).views['ops2']).toHaveLength(1);
});

test('Bolt hears a mention', async () => {
  await slack.act('message', { user: 'ops1', channel: 'slo', text: '@mutabik hello' });
  await slack.workspace().idle();
  await expect.poll(() => mentions).toEqual(['<@U0MUTABIK> hello']);
});

test('an unknown command fails as an unacked one', async () => {
  const answer = await slack.act('command', { user: 'ops1', channel: 'slo', command: '/nothing' });
  expect(answer['error']).toMatch(/^(operation_timeout|http_error)$/);
});
