import { App, SocketModeReceiver } from '@slack/bolt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOT_TOKEN, openWorkspace, SIGNING_SECRET, type OpenWorkspace } from './open-workspace.ts';
import { APP_TOKEN } from './socket-client.ts';

let slack: OpenWorkspace;
let app: App;

beforeAll(async () => {
  slack = await openWorkspace({
    app: {
      eventsUrl: () => null,
      signingSecret: SIGNING_SECRET,
      botToken: BOT_TOKEN,
      appToken: APP_TOKEN,
    },
  });
  const clientOptions = { slackApiUrl: slack.workspace().apiUrl };
  const receiver = new SocketModeReceiver({
    appToken: APP_TOKEN,
    clientPingTimeout: 500,
    installerOptions: { clientOptions },
  });
  app = new App({ receiver, token: BOT_TOKEN, clientOptions });
  app.command('/say', async ({ ack, command }) => await ack(command.text));
  await app.start();
});
afterAll(async () => {
  await app.stop();
  await slack.stop();
});

const say = (text: string) => slack.act('command', { user: 'ops1', channel: 'slo', command: '/say', text });

test("Bolt's own receiver takes a command", async () => {
  expect(await say('one')).toMatchObject({ status: 200, reply: { text: 'one' } });
});

test('a command waits until it has reconnected', async () => {
  slack.workspace().dropSockets();
  expect(await say('two')).toMatchObject({ status: 200, reply: { text: 'two' } });
  slack.workspace().sayDisconnect('refresh_requested');
  expect(await say('three')).toMatchObject({ status: 200, reply: { text: 'three' } });
});

test('an unknown command fails as an unacked one', async () => {
  const answer = await slack.act('command', { user: 'ops1', channel: 'slo', command: '/nothing' });
  expect(answer).toMatchObject({ status: 0, error: 'operation_timeout' });
});
