import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type OpenWorkspace } from './open-workspace.ts';

const OPS = 'C0FINANCEOPS';
let slack: OpenWorkspace;
const others: string[] = [];

beforeAll(async () => {
  slack = await openWorkspace({
    otherFaults(order) {
      others.push(order.target);
      return order.target === 'platform';
    },
  });
});
afterAll(() => slack.stop());
let before = 0;
beforeEach(async () => {
  before = (await slack.state()).messages.length;
});

const plant = (body: object) => slack.act('faults', body);
const post = () => slack.client().chat.postMessage({ channel: OPS, text: 'x' });
const added = async () => (await slack.state()).messages.length - before;

describe('a fault', () => {
  test('429 does nothing and names the wait', async () => {
    await plant({ target: 'chat.postMessage', kind: 429, times: 1, retry_after: 7 });
    await expect(post()).rejects.toMatchObject({ retryAfter: 7 });
    expect(await added()).toBe(0);
    await post();
    expect(await added()).toBe(1);
  });

  test('500 does nothing', async () => {
    await plant({ target: 'slack', kind: 500, times: 2 });
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_http_error', statusCode: 500 });
    await expect(slack.client().auth.test()).rejects.toMatchObject({ statusCode: 500 });
    await post();
    expect(await added()).toBe(1);
  });

  test('drop breaks the connection, nothing is done', async () => {
    await plant({ target: 'chat.postMessage', kind: 'drop' });
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
    expect(await added()).toBe(0);
  });

  test('lost_reply does it and breaks the connection', async () => {
    await plant({ target: 'chat.postMessage', kind: 'lost_reply' });
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
    expect(await added()).toBe(1);
  });

  test('timeout never answers, nothing is done', async () => {
    await plant({ target: 'chat.postMessage', kind: 'timeout' });
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
    expect(await added()).toBe(0);
  });

  test('slow answers after two seconds', async () => {
    await plant({ target: 'chat.postMessage', kind: 'slow' });
    const startedAt = performance.now();
    await post();
    expect(performance.now() - startedAt).toBeGreaterThan(1_900);
    expect(await added()).toBe(1);
  });

  test('error refuses with the word given', async () => {
    await plant({ target: 'chat.update', kind: 'error', error: 'edit_window_closed' });
    const { ts = '' } = await post();
    const update = { channel: OPS, ts, text: 'y' };
    expect(await slack.api('chat.update', update)).toEqual({ ok: false, error: 'edit_window_closed' });
    expect(await slack.api('chat.update', update)).toMatchObject({ ok: true });
  });

  test('none clears what was planted', async () => {
    await plant({ target: 'chat.postMessage', kind: 500, times: 99 });
    await plant({ target: 'chat.postMessage', kind: 'none' });
    await post();
    expect(await added()).toBe(1);
  });

  test('shows in the log of the call it shaped', async () => {
    await plant({ target: 'api.test', kind: 500 });
    await slack.api('api.test');
    await slack.api('api.test');
    expect((await slack.calls()).slice(-2)).toMatchObject([
      { method: 'api.test', ok: false, status: 500, fault: '500' },
      { method: 'api.test', ok: true, status: 200 },
    ]);
  });
});

test('uploads and response_urls suffer faults too', async () => {
  await plant({ target: 'files.upload', kind: 'lost_reply' });
  await plant({ target: 'response_url', kind: 500 });
  const file = await slack.api('files.getUploadURLExternal', { filename: 'a.csv', length: 3 });
  const url = file['upload_url'] as string;
  await expect(fetch(url, { method: 'POST', body: 'abc' })).rejects.toThrow('fetch failed');
  expect(await (await fetch(url, { method: 'POST', body: 'abc' })).text()).toBe('OK - 3');
  expect((await slack.raw('/response/x', { method: 'POST', body: '{"text":"x"}' })).status).toBe(500);
  expect((await slack.raw('/response/x', { method: 'POST', body: '{"text":"x"}' })).status).toBe(404);
  expect((await slack.calls()).slice(-4)).toMatchObject([
    { method: 'files.upload', ok: true, fault: 'lost_reply' },
    { method: 'files.upload', ok: true, args: { bytes: 3 } },
    { method: 'response_url', ok: false, fault: '500' },
    { method: 'response_url', ok: false, error: 'invalid_url' },
  ]);
});

test('faults of other targets go to who knows them', async () => {
  expect(await plant({ target: 'platform', kind: 500 })).toEqual({});
  expect(await plant({ target: 'moon', kind: 500 })).toEqual({ error: 'unknown target: moon' });
  expect(others).toEqual(['platform', 'moon']);
  expect(await plant({ target: 'slack', kind: 'quake' })).toMatchObject({
    error: expect.stringContaining('kind'),
  });
});

test('hooks see every call before and after', async () => {
  const seen: string[] = [];
  const off = slack.workspace().onCall(async (method, phase) => {
    const count = (await slack.state()).messages.length;
    seen.push(`${phase} ${method} ${count - before}`);
  });
  await post();
  off();
  await post();
  expect(seen).toEqual(['before chat.postMessage 0', 'after chat.postMessage 1']);
});
