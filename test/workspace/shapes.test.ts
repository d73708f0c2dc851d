import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type OpenWorkspace } from './open-workspace.ts';
import { startStubApp } from './stub-app.ts';

/** What scripts of others rely on: the fields of every call under /sandbox/, whatever else stands beside them. */

const OPS = 'C0FINANCEOPS';
const plain = (text: string) => ({ type: 'plain_text', text });
const button = { type: 'button', action_id: 'findings.review', text: plain('Review'), value: 'f1' };
const option = (value: string) => ({ text: plain(value), value });
const input = (blockId: string, element: object) => ({
  type: 'input',
  block_id: blockId,
  optional: true,
  label: plain(blockId),
  element: { action_id: 'a', ...element },
});
const MODAL = {
  type: 'modal',
  title: plain('Form'),
  submit: plain('Send'),
  blocks: [
    input('text', { type: 'plain_text_input' }),
    input('number', { type: 'number_input', is_decimal_allowed: false }),
    input('one', { type: 'static_select', options: [option('x'), option('y')] }),
    input('many', { type: 'checkboxes', options: [option('x'), option('y')] }),
    input('who', { type: 'users_select' }),
    input('day', { type: 'datepicker' }),
  ],
};

let slack: OpenWorkspace;
let app: Awaited<ReturnType<typeof startStubApp>>;
let posted = '';

beforeAll(async () => {
  app = await startStubApp();
  slack = await openWorkspace();
  slack.workspace().setAppUrl(app.url);
  const digest = await slack.api('chat.postMessage', {
    channel: 'finance-ops',
    text: 'digest',
    blocks: [{ type: 'actions', elements: [button] }],
    metadata: { event_type: 'mutabik_card', event_payload: { card: '1' } },
  });
  posted = digest['ts'] as string;
  await slack
    .client()
    .filesUploadV2({ channel_id: OPS, thread_ts: posted, filename: 'a.csv', content: 'a,b' });
  await slack.api('chat.update', { channel: OPS, ts: posted, text: 'digest 2' });
  await slack.api('chat.update', {
    channel: OPS,
    ts: posted,
    text: 'digest 3',
    blocks: [{ type: 'actions', elements: [button] }],
  });
  const ephemeral = { channel: OPS, user: 'U00000OPS2', thread_ts: posted, text: 'psst' };
  await slack.api('chat.postEphemeral', ephemeral);
  await slack.api('views.publish', { user_id: 'U00000OPS1', view: { type: 'home', blocks: [] } });
});
afterAll(async () => {
  await slack.stop();
  await app.stop();
});

async function open(): Promise<string> {
  await slack.act('command', { user: 'ops1', channel: OPS, command: '/override' });
  const answer = await slack.api('views.open', {
    trigger_id: app.received.at(-1)?.data['trigger_id'],
    view: MODAL,
  });
  return (answer['view'] as { id: string }).id;
}

describe('the state', () => {
  test('names people and channels, and points by id', async () => {
    const id = await open();
    const state = await slack.state();
    expect(Date.parse(state.now)).toBe(slack.clock.now().getTime());
    expect(state.users).toContainEqual(
      expect.objectContaining({
        id: 'U00000OPS1',
        name: 'ops1',
        groups: ['finance-ops'],
        locale: 'tr-TR',
        tz: 'Europe/Istanbul',
        deleted: false,
        guest: false,
      }),
    );
    expect(state.channels).toContainEqual(
      expect.objectContaining({ id: OPS, name: 'finance-ops', is_im: false }),
    );
    expect(state.ephemerals).toEqual([
      {
        ts: expect.stringMatching(/^\d{10}\.\d{6}$/),
        user: 'U00000OPS2',
        channel: OPS,
        thread_ts: posted,
        text: 'psst',
        blocks: [],
      },
    ]);
    expect(Object.keys(state.views)).toEqual(['ops1']);
    expect(state.views['ops1']?.map((view) => view.id)).toEqual([id]);
    expect(state.homes['ops1']).toMatchObject({ type: 'home', blocks: [] });
    await slack.act('close', { user: 'ops1', view_id: id });
  });

  test('has every message with metadata, files and edit', async () => {
    const { messages } = await slack.state();
    const [digest, file] = messages;
    expect(digest).toMatchObject({
      channel: OPS,
      ts: posted,
      user: 'U0MUTABIK',
      text: 'digest 3',
      blocks: [{ type: 'actions' }],
      metadata: { event_type: 'mutabik_card', event_payload: { card: '1' } },
      files: [],
      edited: { user: 'U0MUTABIK' },
    });
    expect(digest).not.toHaveProperty('thread_ts');
    expect(file).toMatchObject({
      thread_ts: posted,
      metadata: null,
      blocks: [],
      files: [{ name: 'a.csv', size: 3 }],
    });
    const bytes = await slack.raw(`/sandbox/files/${file?.files[0]?.id}`, {});
    expect(await bytes.text()).toBe('a,b');
  });
});

describe('an act answers with ack_ms and status', () => {
  const acked = { ack_ms: expect.any(Number), status: 200 };

  test.each([
    ['by names', { user: 'ops1', channel: 'finance-ops' }],
    ['by ids', { user: 'U00000OPS1', channel: OPS }],
    ['by names with marks', { user: '@ops1', channel: '#finance-ops' }],
  ])('a click %s', async (_how, who) => {
    expect(await slack.act('click', { ...who, ts: posted, action_id: 'findings.review' })).toEqual(acked);
  });

  test('a command, with its reply', async () => {
    const order = { user: 'ops1', channel: 'slo', command: '/recon', text: 'help' };
    expect(await slack.act('command', order)).toEqual(acked);
    app.reply({ body: 'help is here' });
    expect(await slack.act('command', order)).toEqual({ ...acked, reply: { text: 'help is here' } });
  });

  test('a submit, its values as texts, lists or objects', async () => {
    const forms = [
      { text: 'why', number: '7', one: 'x', many: ['x', 'y'], who: 'manager1', day: '2026-01-15' },
      {
        text: { value: 'why' },
        number: { value: 7 },
        one: { selected_option: option('x') },
        many: { selected_options: [option('x'), option('y')] },
        who: { selected_user: 'U0MANAGER1' },
        day: { selected_date: '2026-01-15' },
      },
      {
        text: { value: 'why' },
        number: 7,
        one: { value: 'x' },
        many: { selected_options: ['x', 'y'] },
        who: { value: 'manager1' },
        day: { value: '2026-01-15' },
      },
    ];
    for (const form of forms) {
      const values = Object.fromEntries(Object.entries(form).map(([block, given]) => [block, { a: given }]));
      expect(await slack.act('submit', { user: 'ops1', view_id: await open(), values })).toEqual(acked);
      expect(app.received.at(-1)?.data).toMatchObject({
        view: {
          state: {
            values: {
              text: { a: { value: 'why' } },
              number: { a: { value: '7' } },
              one: { a: { selected_option: { value: 'x' } } },
              many: { a: { selected_options: [{ value: 'x' }, { value: 'y' }] } },
              who: { a: { selected_user: 'U0MANAGER1' } },
              day: { a: { selected_date: '2026-01-15' } },
            },
          },
        },
      });
    }
  });

  test.each([
    ['nope'],
    [{ selected_option: 'nope' }],
    [{ selected_option: option('nope') }],
    [{ value: 'nope' }],
  ])('an option that is not offered is refused: %j', async (given) => {
    const id = await open();
    const sent = app.received.length;
    const answer = await slack.act('submit', { user: 'ops1', view_id: id, values: { one: { a: given } } });
    expect(answer).toEqual({ error: 'option_not_found: one.a' });
    expect(app.received).toHaveLength(sent);
    await slack.act('close', { user: 'ops1', view_id: id });
  });
});

test('a call in the log says what was asked and answered', async () => {
  await slack.api('chat.postMessage', { channel: OPS, blocks: [{ type: 'header' }] });
  const calls = await slack.calls();
  const fields = ['at', 'direction', 'method', 'ok', 'status', 'args'];
  for (const call of calls) expect(Object.keys(call)).toEqual(expect.arrayContaining(fields));
  expect(calls.at(-1)).toMatchObject({
    direction: 'api',
    method: 'chat.postMessage',
    ok: false,
    status: 200,
    error: 'invalid_blocks',
    messages: [expect.stringMatching(/^\[ERROR\] /)],
    args: { channel: OPS },
  });
  expect(calls.filter(({ direction }) => direction === 'delivery').map(({ method }) => method)).toEqual(
    expect.arrayContaining(['block_actions', 'view_submission', '/recon']),
  );
  expect(calls.map(({ at }) => at).toSorted()).toEqual(calls.map(({ at }) => at));
});

const PATHS = [
  ['GET', 'state'],
  ['GET', 'log'],
  ['GET', 'nowhere'],
  ['GET', 'files/F0NOPE'],
  ...['click', 'submit', 'close', 'options', 'command', 'message', 'user', 'faults', 'nowhere'].map(
    (path) => ['POST', path] as const,
  ),
] as const;

test.each(PATHS)('%s /sandbox/%s answers with a JSON object', async (method, path) => {
  const bodies = method === 'GET' ? [undefined] : ['', '{}', '[]', 'null', '{"user":7,"channel":[]}', '{'];
  for (const body of bodies) {
    const response = await slack.raw(`/sandbox/${path}`, { method, ...(body === undefined ? {} : { body }) });
    expect(response.status).toBeLessThan(500);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const answer: unknown = await response.json();
    expect(answer).toBeTypeOf('object');
    expect(Array.isArray(answer) || answer === null).toBe(false);
  }
});

test('what was done answers with an object too', async () => {
  expect(await slack.act('faults', { target: 'slack', kind: 'none' })).toEqual({});
  const written = await slack.act('message', { user: 'ops1', channel: 'slo', text: 'hi' });
  expect(written).toMatchObject({ ts: expect.any(String) });
  expect(await slack.act('user', { user: 'ops1', groups: ['finance-ops'] })).toBeTypeOf('object');
});
