import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type OpenWorkspace } from './open-workspace.ts';
import { startStubApp } from './stub-app.ts';

const OPS = 'C0FINANCEOPS';
let slack: OpenWorkspace;
let app: Awaited<ReturnType<typeof startStubApp>>;

beforeAll(async () => {
  app = await startStubApp();
  slack = await openWorkspace();
  slack.workspace().setAppUrl(app.url);
});
afterAll(async () => {
  await slack.stop();
  await app.stop();
});
beforeEach(() => {
  app.received.length = 0;
});

const plain = (text: string) => ({ type: 'plain_text', text });
const option = (value: string) => ({ text: plain(value), value });
const form = (more: object = {}) => ({
  type: 'modal',
  title: plain('Override'),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input',
      block_id: 'why',
      label: plain('Why'),
      element: { type: 'plain_text_input', action_id: 'text', min_length: 3 },
    },
    {
      type: 'input',
      block_id: 'kind',
      optional: true,
      label: plain('Kind'),
      element: { type: 'static_select', action_id: 'pick', options: [option('a'), option('b')] },
    },
    {
      type: 'input',
      block_id: 'who',
      optional: true,
      label: plain('Who'),
      element: { type: 'users_select', action_id: 'user' },
    },
    {
      type: 'actions',
      block_id: 'ask',
      elements: [{ type: 'external_select', action_id: 'find', min_query_length: 1 }],
    },
  ],
  ...more,
});

async function trigger(user = 'ops1'): Promise<string> {
  await slack.act('command', { user, channel: OPS, command: '/override' });
  return String(app.received.at(-1)?.data['trigger_id']);
}

async function open(more: object = {}, user = 'ops1'): Promise<{ id: string; hash: string }> {
  const answer = await slack.api('views.open', { trigger_id: await trigger(user), view: form(more) });
  expect(answer).toMatchObject({ ok: true });
  return answer['view'] as { id: string; hash: string };
}

const stack = async (user = 'ops1') => (await slack.state()).views[user] ?? [];

describe('opening', () => {
  test('a trigger works once', async () => {
    const id = await trigger();
    const view = form();
    expect(await slack.api('views.open', { trigger_id: id, view })).toMatchObject({ ok: true });
    expect(await slack.api('views.open', { trigger_id: id, view })).toMatchObject({
      error: 'exchanged_trigger_id',
    });
  });

  test('a trigger lives three seconds', async () => {
    const id = await trigger();
    const startedAt = performance.now();
    await expect.poll(() => performance.now() - startedAt, { timeout: 5_000 }).toBeGreaterThan(3_050);
    expect(await slack.api('views.open', { trigger_id: id, view: form() })).toMatchObject({
      error: 'expired_trigger_id',
    });
  });

  test('three views lie on one another, not four', async () => {
    await open();
    for (const ok of [true, true, false]) {
      const answer = await slack.api('views.push', { trigger_id: await trigger(), view: form() });
      expect(answer.ok).toBe(ok);
      if (!ok) expect(answer.error).toBe('push_limit_reached');
    }
    expect(await stack()).toHaveLength(3);
  });

  test('an external_id is taken once', async () => {
    await open({ external_id: 'x1' });
    const answer = await slack.api('views.push', {
      trigger_id: await trigger(),
      view: form({ external_id: 'x1' }),
    });
    expect(answer.error).toBe('duplicate_external_id');
  });
});

describe('updating', () => {
  test('a stale hash is a conflict', async () => {
    const view = await open();
    const update = { view_id: view.id, hash: view.hash, view: form({ title: plain('Two') }) };
    expect(await slack.api('views.update', update)).toMatchObject({ ok: true });
    expect(await slack.api('views.update', update)).toMatchObject({ error: 'hash_conflict' });
  });

  test('home is published and conflicts too', async () => {
    const view = { type: 'home', blocks: [{ type: 'divider' }] };
    const first = await slack.api('views.publish', { user_id: 'U00000OPS1', view });
    const { hash } = first['view'] as { hash: string };
    expect(await slack.api('views.publish', { user_id: 'U00000OPS1', view, hash })).toMatchObject({
      ok: true,
    });
    expect(await slack.api('views.publish', { user_id: 'U00000OPS1', view, hash })).toMatchObject({
      error: 'hash_conflict',
    });
    expect((await slack.state()).homes['ops1']?.blocks).toHaveLength(1);
  });
});

describe('submitting', () => {
  test('carries every input, empty ones as null', async () => {
    const view = await open();
    const answer = await slack.act('submit', {
      user: 'ops1',
      view_id: view.id,
      values: { why: { text: 'because' }, who: { user: 'manager1' } },
    });
    expect(answer).toMatchObject({ status: 200 });
    expect(app.received.at(-1)?.data).toMatchObject({
      type: 'view_submission',
      view: {
        state: {
          values: {
            why: { text: { type: 'plain_text_input', value: 'because' } },
            kind: { pick: { type: 'static_select', selected_option: null } },
            who: { user: { type: 'users_select', selected_user: 'U0MANAGER1' } },
          },
        },
      },
    });
    expect(await stack()).toHaveLength(0);
  });

  test('an empty or short input never leaves the client', async () => {
    const view = await open();
    const sent = app.received.length;
    const submit = (text: string) =>
      slack.act('submit', { user: 'ops1', view_id: view.id, values: { why: { text } } });
    expect(await submit('')).toMatchObject({ errors: { why: 'Please complete this required field.' } });
    expect(await submit('no')).toMatchObject({ errors: { why: 'Must be at least 3 characters.' } });
    expect(app.received).toHaveLength(sent);
  });

  const reply = (body: object) => app.reply({ body: JSON.stringify(body) });
  const send = (id: string) =>
    slack.act('submit', {
      user: 'ops1',
      view_id: id,
      values: { why: { text: 'because' }, kind: { pick: 'b' } },
    });

  test("the app's errors stand beside their inputs", async () => {
    const view = await open();
    reply({ response_action: 'errors', errors: { why: 'Not enough' } });
    expect(await send(view.id)).toMatchObject({ errors: { why: 'Not enough' } });
    expect(await stack()).toHaveLength(1);
    reply({ response_action: 'errors', errors: { ask: 'no input block' } });
    expect(await send(view.id)).toMatchObject({ error: expect.stringContaining('trouble') });
  });

  test('the app may push, update and clear', async () => {
    const view = await open();
    reply({ response_action: 'push', view: form() });
    await send(view.id);
    const [, top] = await stack();
    reply({ response_action: 'update', view: form({ title: plain('Three') }) });
    await send(top?.id ?? '');
    expect((await stack()).at(-1)).toMatchObject({ title: { text: 'Three' } });
    reply({ response_action: 'clear' });
    await send(top?.id ?? '');
    expect(await stack()).toHaveLength(0);
  });

  test('a wrong view in the reply is trouble', async () => {
    const view = await open();
    reply({ response_action: 'update', view: { type: 'modal' } });
    expect(await send(view.id)).toMatchObject({ error: expect.stringContaining('trouble') });
  });
});

test('closing is told when asked for', async () => {
  const quiet = await open();
  const sent = app.received.length;
  await slack.act('close', { user: 'ops1', view_id: quiet.id });
  expect(app.received).toHaveLength(sent);
  const loud = await open({ notify_on_close: true });
  await slack.act('close', { user: 'ops1', view_id: loud.id });
  expect(app.received.at(-1)?.data).toMatchObject({ type: 'view_closed', is_cleared: false });
});

test('an external select asks the app', async () => {
  const view = await open();
  app.reply({ body: JSON.stringify({ options: [option('found')] }) });
  const shown = await slack.act('options', {
    user: 'ops1',
    view_id: view.id,
    action_id: 'find',
    value: 'fo',
  });
  expect(shown).toEqual({ options: [option('found')] });
  expect(app.received.at(-1)?.data).toMatchObject({
    type: 'block_suggestion',
    value: 'fo',
    action_id: 'find',
  });
});

test('a view belongs to the person it was opened for', async () => {
  const view = await open();
  expect(await slack.act('submit', { user: 'ops2', view_id: view.id })).toEqual({ error: 'view_not_found' });
});

test('opening Home tells the app and shows what it publishes', async () => {
  const shown = slack.act('home', { user: 'lead1' });
  await expect.poll(() => app.received.length).toBe(1);
  expect(app.received[0]?.data).toMatchObject({
    event: { type: 'app_home_opened', tab: 'home', user: 'U0000LEAD1' },
  });
  await slack.api('views.publish', { user_id: 'U0000LEAD1', view: { type: 'home', blocks: [] } });
  expect(await shown).toMatchObject({ type: 'home', blocks: [] });
});
