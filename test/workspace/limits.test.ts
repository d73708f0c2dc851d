import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOT_TOKEN, openWorkspace, type OpenWorkspace } from './open-workspace.ts';

let slack: OpenWorkspace;

beforeAll(async () => {
  slack = await openWorkspace({ limits: 'slack' });
});
afterAll(() => slack.stop());

async function call(method: string, args: object): Promise<Response> {
  return await slack.raw(`/api/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${BOT_TOKEN}` },
    body: JSON.stringify(args),
  });
}

const post = (channel: string) => call('chat.postMessage', { channel, text: 'x' });

test('one message a second a channel, after a short burst', async () => {
  const codes: number[] = [];
  for (let i = 0; i < 6; i += 1) codes.push((await post('slo')).status);
  expect(codes).toEqual([200, 200, 200, 200, 429, 429]);
  const refused = await post('slo');
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toEqual({ ok: false, error: 'ratelimited' });
  expect((await post('security')).status).toBe(200);
  slack.clock.advance(1_000);
  expect((await post('slo')).status).toBe(200);
  expect((await post('slo')).status).toBe(429);
  const { messages } = await slack.state();
  expect(messages).toHaveLength(6);
});

test('a name and an id are one channel', async () => {
  slack.clock.advance(60_000);
  for (let i = 0; i < 4; i += 1) await post('incidents');
  expect((await post('C0INCIDENTS')).status).toBe(429);
});

test('a method has its tier, others go on', async () => {
  let passed = 0;
  while ((await call('usergroups.list', {})).status === 200) passed += 1;
  expect(passed).toBe(20);
  expect((await call('users.list', {})).status).toBe(200);
  slack.clock.advance(3_000);
  expect((await call('usergroups.list', {})).status).toBe(200);
  expect((await call('usergroups.list', {})).status).toBe(429);
});

test('the real client hears how long to wait', async () => {
  slack.clock.advance(60_000);
  const client = slack.client();
  const calls = Array.from({ length: 60 }, () => client.conversations.info({ channel: 'C000000SLO' }));
  const outcomes = await Promise.allSettled(calls);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(10);
  expect(refused[0]?.reason).toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 2 });
});
