import { Agent, request } from 'node:http';
import { signBody } from '../sandbox/slack/deliveries/sign.ts';

/**
 * Presses Retry on payouts `from` to `from + count - 1`, `inFlight` at a time, and prints how long each answer took:
 * a process of its own, so that what loads does not slow what is measured within one event loop.
 */
export interface LoadOrder {
  port: number;
  signingSecret: string;
  from: number;
  count: number;
  inFlight: number;
}

export interface LoadFigures {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers other than 200. */
  failed: number;
}

const PEOPLE = ['OPS1', 'OPS2', 'MANAGER1', 'LEAD1'];

export function payoutIdOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

function bodyOf(index: number): string {
  const id = `U0${PEOPLE[index % PEOPLE.length]!.padStart(8, '0')}`;
  const payload = {
    type: 'block_actions',
    team: { id: 'T0MUTABIK', domain: 'local' },
    user: { id, username: 'someone', name: 'someone', team_id: 'T0MUTABIK' },
    api_app_id: 'A0',
    token: 'x',
    container: { type: 'message', message_ts: '1.1', channel_id: 'C0OPSALERTS', is_ephemeral: false },
    channel: { id: 'C0OPSALERTS', name: 'ops-alerts' },
    message: { type: 'message', ts: '1.1', text: 'a card' },
    trigger_id: `${index}.1.1`,
    response_url: 'http://127.0.0.1:9/never',
    actions: [
      {
        type: 'button',
        action_id: 'payouts.retry',
        block_id: 'b',
        value: `${payoutIdOf(index)}:1`,
        action_ts: '1.1',
      },
    ],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

async function load(order: LoadOrder): Promise<LoadFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.inFlight });
  const times: number[] = [];
  let failed = 0;
  let next = order.from;
  const press = (index: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const body = bodyOf(index);
      const timestamp = String(Math.floor(Date.now() / 1000));
      const sent = request(
        {
          agent,
          host: '127.0.0.1',
          port: order.port,
          path: '/slack/events',
          method: 'POST',
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': Buffer.byteLength(body),
            'x-slack-request-timestamp': timestamp,
            'x-slack-signature': signBody(order.signingSecret, timestamp, body),
          },
        },
        (response) => {
          response.resume().once('end', () => resolve(response.statusCode ?? 0));
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  async function hand(): Promise<void> {
    while (next < order.from + order.count) {
      const index = next;
      next += 1;
      const began = performance.now();
      if ((await press(index)) !== 200) failed += 1;
      times.push(performance.now() - began);
    }
  }
  const began = performance.now();
  await Promise.all(Array.from({ length: order.inFlight }, hand));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((times[Math.floor(times.length * share)] ?? 0) * 100) / 100;
  return { perSecond: Math.round(order.count / seconds), p50Ms: at(0.5), p99Ms: at(0.99), failed };
}

if (process.argv[2] !== undefined) {
  console.log(JSON.stringify(await load(JSON.parse(process.argv[2]) as LoadOrder)));
}
