import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@slack/bolt';
import { makeFrontDoor } from '../../handlers/index.ts';
import { makeSlack } from '../../src/adapters/slack-web.ts';
import { makeLog } from '../../src/log.ts';
import { BOT_TOKEN, openWorkspace, SIGNING_SECRET, type OpenWorkspace } from '../workspace/open-workspace.ts';
import { APP_TOKEN } from '../workspace/socket-client.ts';
import { waitFor } from '../support/wait-for.ts';

/** A workspace in Socket Mode whose port stays over a restart. */
export async function openSocketWorkspace(): Promise<OpenWorkspace> {
  const app = {
    eventsUrl: () => null,
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
  };
  return await openWorkspace({ app, port: await freePort() });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** An app on the front door that counts clicks by trigger id, and takes so long for each as `work` says. */
export async function openSocketDoor(
  slack: OpenWorkspace,
  options: { appToken?: string; work?: () => Promise<void>; attach?: (app: App) => void } = {},
) {
  const log = makeLog(process.env['LOG_LEVEL'] ?? 'silent');
  const apiUrl = slack.workspace().apiUrl;
  const clicks = new Map<string, number>();
  const door = makeFrontDoor({
    appToken: options.appToken ?? APP_TOKEN,
    botToken: BOT_TOKEN,
    slackApiUrl: apiUrl,
    slack: makeSlack({ token: BOT_TOKEN, apiUrl, log }),
    probes: { readiness: async () => [], metrics: async () => ({ contentType: 'text/plain', body: '' }) },
    attach(app) {
      app.action('count', async ({ ack, body }) => {
        const id = String((body as { trigger_id?: string }).trigger_id);
        clicks.set(id, (clicks.get(id) ?? 0) + 1);
        await (options.work ?? (() => sleep(randomInt(100))))();
        await ack();
      });
      app.command('/say', async ({ ack, command }) => await ack({ text: command.text }));
      app.error(async (error) => log.error({ err: error }, 'a listener failed'));
      options.attach?.(app);
    },
    log,
  });
  const { port } = await door.start({ host: '127.0.0.1', port: 0 });
  return {
    port,
    /** Times each click was delivered. */
    clicks: () => [...clicks.values()],
    /** Trigger ids of the clicks that were delivered. */
    clicked: () => [...clicks.keys()],
    ready: async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200,
    stop: () => door.stop(),
  };
}

/** Posts a message with a button and returns the way to press it. */
export async function postButton(slack: OpenWorkspace) {
  const button = { type: 'button', action_id: 'count', text: { type: 'plain_text', text: 'Count' } };
  const blocks = [{ type: 'actions', elements: [button] }];
  const { ts } = await slack.api('chat.postMessage', { channel: 'slo', text: 'x', blocks });
  return () => slack.act('click', { user: 'ops1', channel: 'slo', ts, action_id: 'count' });
}

/** Cuts one of the app's sockets so many times, each time when one has been open for up to a quarter of a second. */
export async function cutSockets(slack: OpenWorkspace, times: number): Promise<void> {
  const { connections } = slack.workspace().workspace;
  for (let cut = 0; cut < times; cut += 1) {
    await waitFor('an open socket', async () => (connections.open().length > 0 ? true : undefined));
    await sleep(randomInt(30, 250));
    const open = connections.open();
    open[randomInt(Math.max(1, open.length))]?.cut();
  }
}
