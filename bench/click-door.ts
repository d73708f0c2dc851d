import type { App } from '@slack/bolt';
import { makeFrontDoor } from '../handlers/index.ts';
import { makeListeners } from '../handlers/listener.ts';
import { listenToPayouts } from '../handlers/payouts.ts';
import { makeSlackDirectory } from '../src/adapters/slack-directory.ts';
import { makeSlackViews } from '../src/adapters/slack-views.ts';
import { makeSlack } from '../src/adapters/slack-web.ts';
import { makePool } from '../src/database/pool.ts';
import { makeLog } from '../src/log.ts';
import { makePeople } from '../src/people/make-people.ts';
import { sandboxPolicy } from '../sandbox/settings.ts';

/** The listener that is measured: a bare one that only acks, or Mutabık's own; without its jobs, which follow the ack. */
export interface DoorOrder {
  listener: 'bare' | 'mutabik';
  databaseUrl: string;
  slackApiUrl: string;
  signingSecret: string;
  /** The moment that every press happens at. */
  now: string;
}

const order = JSON.parse(process.argv[2] ?? '{}') as DoorOrder;
const log = makeLog('silent');
const clock = { now: () => new Date(Date.parse(order.now) + 1_000), onJump: () => () => undefined };
const client = { token: 'xoxb-bench', apiUrl: order.slackApiUrl, log };
const slack = makeSlack(client);
const pool = makePool(order.databaseUrl, { max: 14, applicationName: 'bench', log });
const policy = sandboxPolicy(undefined);
const people = makePeople({
  pool,
  clock,
  log,
  policy,
  directory: makeSlackDirectory(client),
  quickDirectory: makeSlackDirectory({ ...client, timeoutMs: 700 }),
  ourTeamId: async () => (await slack.identity()).teamId,
});

function attach(app: App): void {
  if (order.listener === 'bare') {
    app.action({ type: 'block_actions', action_id: /.*/ }, async ({ ack }) => ack());
    return;
  }
  const desk = { pool, clock, policy, log, people, views: makeSlackViews(client) };
  const listeners = makeListeners(desk);
  // A press on Retry in a channel needs none of them.
  listenToPayouts(listeners, desk, {} as Parameters<typeof listenToPayouts>[2]);
  listeners.attach(app);
}

const door = makeFrontDoor({
  signingSecret: order.signingSecret,
  botToken: 'xoxb-bench',
  slackApiUrl: order.slackApiUrl,
  slack,
  probes: { readiness: async () => [], metrics: async () => ({ contentType: 'text/plain', body: '' }) },
  attach,
  log,
});
if (order.listener === 'mutabik') people.start();
const { port } = await door.start({ host: '127.0.0.1', port: 0 });
process.send?.({ port });
process.once('SIGTERM', () => {
  void Promise.all([door.stop(), people.stop()])
    .then(() => pool.end())
    .then(() => process.exit(0));
});
