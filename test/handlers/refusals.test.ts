import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeFrontDoor, type FrontDoor } from '../../handlers/index.ts';
import { signBody } from '../../sandbox/slack/deliveries/sign.ts';

const SECRET = 'the secret of this app';
const BODY = new URLSearchParams({
  command: '/secret-plan',
  text: 'of nobody else',
  user_id: 'U1',
}).toString();

let door: FrontDoor;
let url: string;
const lines: { level: number; msg: string; reason?: string }[] = [];
const reasons: string[] = [];

beforeAll(async () => {
  door = makeFrontDoor({
    signingSecret: SECRET,
    botToken: 'xoxb-test',
    slackApiUrl: 'http://127.0.0.1:9/api/',
    slack: { identity: async () => ({ botId: 'B', botUserId: 'U' }) } as never,
    probes: { readiness: async () => [], metrics: async () => ({ contentType: 'text/plain', body: '' }) },
    attach: (app) => app.command(/.*/, async ({ ack }) => await ack()),
    onRefused: (reason) => reasons.push(reason),
    log: pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  });
  const { port } = await door.start({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${port}/slack/events`;
});
afterAll(() => door.stop());
beforeEach(() => {
  lines.length = 0;
  reasons.length = 0;
});

async function send(options: { ageSeconds?: number; secret?: string; headers?: object; body?: string } = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000) - (options.ageSeconds ?? 0));
  const body = options.body ?? BODY;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signBody(options.secret ?? SECRET, timestamp, body),
      ...options.headers,
    },
    body,
  });
  return response.status;
}

test.each([
  ['bad_signature', { secret: 'another secret' }, 401],
  ['stale', { ageSeconds: 301 }, 401],
  ['stale', { ageSeconds: -400 }, 401],
  ['unsigned', { headers: { 'x-slack-signature': '' } }, 401],
  ['unsigned', { headers: { 'x-slack-request-timestamp': 'yesterday' } }, 401],
  ['malformed', { headers: { 'content-type': 'application/json' } }, 400],
  ['too_large', { body: 'x'.repeat(5 * 1024 * 1024) }, 413],
])('%s: refused, counted, logged once', async (reason, options, status) => {
  expect(await send(options)).toBe(status);
  expect(reasons).toEqual([reason]);
  expect(lines).toMatchObject([{ level: 40, reason, status }]);
  expect(JSON.stringify(lines)).not.toMatch(/secret|nobody/);
});

test('a good one is neither counted nor logged', async () => {
  expect(await send({ ageSeconds: 290 })).toBe(200);
  expect(reasons).toEqual([]);
  expect(lines).toEqual([]);
});
