import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkspace, type OpenWorkspace } from './open-workspace.ts';

const OPS = 'C0FINANCEOPS';
let slack: OpenWorkspace;

beforeAll(async () => {
  slack = await openWorkspace({
    routes: new Map([
      ['GET /sandbox/extra', (_request, response) => void response.end('{"extra":true}')],
      ['GET /assets/*', (request, response) => void response.end(request.url.pathname)],
    ]),
  });
});
afterAll(() => slack.stop());

test('everything stands as before after a restart', async () => {
  const parent = await slack.api('chat.postMessage', {
    channel: OPS,
    text: 'NUL \u0000 and \ud800 alone',
    blocks: [{ type: 'divider' }],
    metadata: { event_type: 'card', event_payload: { id: '1' } },
  });
  const ts = parent['ts'] as string;
  await slack.api('chat.postMessage', { channel: 'U00000OPS1', text: 'direct' });
  await slack.api('chat.postMessage', { channel: OPS, text: 'reply', thread_ts: ts });
  await slack.api('chat.postEphemeral', { channel: OPS, user: 'U00000OPS1', text: 'only you' });
  await slack.api('views.publish', { user_id: 'U00000OPS1', view: { type: 'home', blocks: [] } });
  await slack.act('user', { user: 'ops1', groups: ['sre'], locale: 'en-GB', guest: true });
  await slack.act('channel', { channel: 'finance-ops', archived: true });
  const before = { state: await slack.state(), calls: await slack.calls() };
  await slack.restart();
  expect({ state: await slack.state(), calls: await slack.calls() }).toEqual(before);
  const ops1 = before.state.users.find((user) => user.name === 'ops1');
  expect(ops1).toMatchObject({ groups: ['sre'], locale: 'en-GB', guest: true });
});

test('what was answered stands in the database', async () => {
  const { ts } = await slack.api('chat.postMessage', { channel: 'slo', text: 'kept' });
  const { rows } = await slack.database.pool.query<{ doc: unknown }>(
    `select doc from workspace.records where kind = 'message' and id = $1`,
    [`C000000SLO ${String(ts)}`],
  );
  expect(rows).toMatchObject([{ doc: { text: 'kept' } }]);
});

test('timestamps go on rising after a restart', async () => {
  const first = await slack.api('chat.postMessage', { channel: 'slo', text: 'a' });
  await slack.restart();
  const second = await slack.api('chat.postMessage', { channel: 'slo', text: 'b' });
  expect(Number(second['ts'])).toBeGreaterThan(Number(first['ts']));
});

test('what was deleted stays deleted', async () => {
  const { ts } = await slack.api('chat.postMessage', { channel: 'slo', text: 'a' });
  await slack.api('chat.delete', { channel: 'C000000SLO', ts });
  await slack.restart();
  expect((await slack.state()).messages.map((message) => message.ts)).not.toContain(ts);
});

test('the log is read from a call or a time on', async () => {
  const [, second] = await slack.calls();
  const after = await slack.raw(`/sandbox/log?since=${second?.seq}`, {});
  const { calls } = (await after.json()) as { calls: { seq: number }[] };
  expect(calls[0]?.seq).toBe((second?.seq ?? 0) + 1);
  const later = await slack.raw('/sandbox/log?since=2027-01-01T00:00:00Z', {});
  expect(await later.json()).toEqual({ calls: [] });
});

test('routes from outside are served', async () => {
  expect(await (await slack.raw('/sandbox/extra', {})).json()).toEqual({ extra: true });
  expect(await (await slack.raw('/assets/page.css', {})).text()).toBe('/assets/page.css');
  expect((await slack.raw('/nowhere', {})).status).toBe(404);
});

test('names and ids are taken alike', async () => {
  const byName = await slack.act('message', { user: 'ops2', channel: '#slo', text: 'x' });
  const byId = await slack.act('message', { user: 'U00000OPS2', channel: 'C000000SLO', text: 'x' });
  expect([byName, byId]).toMatchObject([{ ok: true }, { ok: true }]);
  expect(await slack.act('message', { user: 'stranger1', channel: 'slo', text: 'x' })).toEqual({
    error: 'not_in_channel',
  });
  expect(await slack.act('message', { user: 'nobody', channel: 'slo', text: 'x' })).toMatchObject({
    error: expect.stringContaining('user_not_found'),
  });
});

test('web pages of elsewhere may not act here', async () => {
  const order = { method: 'POST', body: JSON.stringify({ user: 'ops1', channel: 'slo', text: 'x' }) };
  const foreign = await slack.raw('/sandbox/message', {
    ...order,
    headers: { origin: 'http://evil.example' },
  });
  expect(foreign.status).toBe(403);
  const own = await slack.raw('/sandbox/message', { ...order, headers: { origin: slack.url() } });
  expect(own.status).toBe(200);
});
