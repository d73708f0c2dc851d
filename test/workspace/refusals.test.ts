import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GOOD_BLOCKS } from './good-blocks.ts';
import { BOT_TOKEN, openWorkspace, type OpenWorkspace } from './open-workspace.ts';
import { WRONG_BLOCKS } from './wrong-blocks.ts';

const OPS = 'C0FINANCEOPS';
const PERSON = 'U00000OPS1';
let slack: OpenWorkspace;
let archived = '';
let hidden = '';
let outside = '';
let theirs = '';
let ours = '';

beforeAll(async () => {
  slack = await openWorkspace();
  const channel = async (name: string, body: object) =>
    (await slack.act('channel', { channel: name, ...body }))['id'] as string;
  archived = await channel('old-times', { archived: true });
  hidden = await channel('board', { private: true, members: ['owner1'] });
  outside = await channel('canteen', { members: ['ops1'] });
  theirs = (await slack.act('message', { user: 'ops1', channel: OPS, text: 'mine' }))['ts'] as string;
  ours = (await slack.api('chat.postMessage', { channel: OPS, text: 'parent' }))['ts'] as string;
});
afterAll(() => slack.stop());

describe('blocks are refused', () => {
  test.each(WRONG_BLOCKS)('%s', async (_title, blocks, line) => {
    const before = (await slack.state()).messages.length;
    const answer = await slack.api('chat.postMessage', { channel: OPS, text: 'x', blocks });
    expect(answer).toMatchObject({ ok: false, error: 'invalid_blocks' });
    expect(answer.errors).toContain(line);
    expect(answer.response_metadata?.messages).toEqual(answer.errors?.map((one) => `[ERROR] ${one}`));
    expect((await slack.state()).messages).toHaveLength(before);
  });

  test('all that is wrong is told at once', async () => {
    const blocks = [{ type: 'header' }, { type: 'section' }, { type: 'nope' }];
    const answer = await slack.api('chat.postMessage', { channel: OPS, blocks });
    expect(answer.errors).toHaveLength(3);
  });

  test('an update with wrong blocks leaves the message', async () => {
    const answer = await slack.api('chat.update', {
      channel: OPS,
      ts: ours,
      text: 'x',
      blocks: [{ type: 'header' }],
    });
    expect(answer.error).toBe('invalid_blocks');
    const { messages } = await slack.state();
    expect(messages.find((message) => message.ts === ours)?.text).toBe('parent');
  });
});

test.each(GOOD_BLOCKS)('good blocks are taken: %s', async (_title, blocks) => {
  const answer = await slack.api('chat.postMessage', { channel: OPS, text: 'x', blocks });
  expect(answer).toMatchObject({ ok: true });
});

type CallCase = [title: string, method: string, args: () => object, error: string];

const metadata = (value: unknown) => ({ channel: OPS, text: 'x', metadata: value });
const CALLS: CallCase[] = [
  ['an unknown method', 'chat.shout', () => ({}), 'unknown_method'],
  ['a post to nowhere', 'chat.postMessage', () => ({ channel: 'C0NOPE', text: 'x' }), 'channel_not_found'],
  ['a post without channel', 'chat.postMessage', () => ({ text: 'x' }), 'invalid_arguments'],
  ['a post of nothing', 'chat.postMessage', () => ({ channel: OPS }), 'no_text'],
  ['a post of an empty text', 'chat.postMessage', () => ({ channel: OPS, text: '' }), 'no_text'],
  [
    'a post into an archived channel',
    'chat.postMessage',
    () => ({ channel: archived, text: 'x' }),
    'is_archived',
  ],
  [
    "a post into somebody's private channel",
    'chat.postMessage',
    () => ({ channel: hidden, text: 'x' }),
    'channel_not_found',
  ],
  [
    'a post outside of our channels',
    'chat.postMessage',
    () => ({ channel: outside, text: 'x' }),
    'not_in_channel',
  ],
  [
    'a reply to nothing',
    'chat.postMessage',
    () => ({ channel: OPS, text: 'x', thread_ts: '1.000001' }),
    'thread_not_found',
  ],
  [
    'blocks that are no JSON',
    'chat.postMessage',
    () => ({ channel: OPS, text: 'x', blocks: '[{' }),
    'invalid_blocks_format',
  ],
  [
    'blocks wrapped in an object',
    'chat.postMessage',
    () => ({ channel: OPS, text: 'x', blocks: { blocks: [] } }),
    'invalid_blocks_format',
  ],
  [
    'markdown beside text',
    'chat.postMessage',
    () => ({ channel: OPS, text: 'x', markdown_text: 'y' }),
    'markdown_text_conflict',
  ],
  [
    '101 attachments',
    'chat.postMessage',
    () => ({ channel: OPS, text: 'x', attachments: Array.from({ length: 101 }, () => ({})) }),
    'too_many_attachments',
  ],
  [
    'metadata without a payload',
    'chat.postMessage',
    () => metadata({ event_type: 'a' }),
    'invalid_metadata_format',
  ],
  [
    'metadata with a strange type',
    'chat.postMessage',
    () => metadata({ event_type: 'a b', event_payload: {} }),
    'invalid_metadata_format',
  ],
  [
    'metadata with deep values',
    'chat.postMessage',
    () => metadata({ event_type: 'a', event_payload: { a: { b: { c: 1 } } } }),
    'invalid_metadata_schema',
  ],
  [
    'metadata of a megabyte',
    'chat.postMessage',
    () => metadata({ event_type: 'a', event_payload: { a: 'x'.repeat(1e6) } }),
    'metadata_too_large',
  ],
  [
    'an update of 4,001 characters',
    'chat.update',
    () => ({ channel: OPS, ts: ours, text: 'x'.repeat(4001) }),
    'msg_too_long',
  ],
  [
    "an update of a person's message",
    'chat.update',
    () => ({ channel: OPS, ts: theirs, text: 'x' }),
    'cant_update_message',
  ],
  [
    'an update of nothing',
    'chat.update',
    () => ({ channel: OPS, ts: '1.000001', text: 'x' }),
    'message_not_found',
  ],
  [
    'an update by channel name',
    'chat.update',
    () => ({ channel: 'finance-ops', ts: ours, text: 'x' }),
    'channel_not_found',
  ],
  ["deleting a person's message", 'chat.delete', () => ({ channel: OPS, ts: theirs }), 'cant_delete_message'],
  [
    'an ephemeral for an outsider',
    'chat.postEphemeral',
    () => ({ channel: OPS, user: 'U0STRANGER1', text: 'x' }),
    'user_not_in_channel',
  ],
  [
    'an ephemeral without user',
    'chat.postEphemeral',
    () => ({ channel: OPS, text: 'x' }),
    'invalid_arguments',
  ],
  [
    'a link to nothing',
    'chat.getPermalink',
    () => ({ channel: OPS, message_ts: '1.000001' }),
    'message_not_found',
  ],
  [
    'history outside of our channels',
    'conversations.history',
    () => ({ channel: outside }),
    'not_in_channel',
  ],
  ['history of a hidden channel', 'conversations.history', () => ({ channel: hidden }), 'channel_not_found'],
  [
    'a thread that is none',
    'conversations.replies',
    () => ({ channel: OPS, ts: '1.000001' }),
    'thread_not_found',
  ],
  ['a forged cursor', 'conversations.history', () => ({ channel: OPS, cursor: 'zzz' }), 'invalid_cursor'],
  ['a limit of 5,000', 'conversations.list', () => ({ limit: 5000 }), 'invalid_limit'],
  ['an unknown kind of channel', 'conversations.list', () => ({ types: 'secret' }), 'invalid_types'],
  ['joining without the scope', 'conversations.join', () => ({ channel: outside }), 'missing_scope'],
  ['opening a talk with nobody', 'conversations.open', () => ({ users: '' }), 'not_enough_users'],
  ['opening a talk with a ghost', 'conversations.open', () => ({ users: 'U0GHOST' }), 'user_not_found'],
  ['an unknown person', 'users.info', () => ({ user: 'U0GHOST' }), 'user_not_found'],
  ['an unknown group', 'usergroups.users.list', () => ({ usergroup: 'S0GHOST' }), 'no_such_subteam'],
  ['an unknown file', 'files.info', () => ({ file: 'F0GHOST' }), 'file_not_found'],
  [
    'completing an unknown file',
    'files.completeUploadExternal',
    () => ({ files: [{ id: 'F0GHOST' }] }),
    'file_not_found',
  ],
  [
    'an upload of no length',
    'files.getUploadURLExternal',
    () => ({ filename: 'a.csv' }),
    'invalid_arguments',
  ],
  [
    'an invented emoji name',
    'reactions.add',
    () => ({ channel: OPS, timestamp: ours, name: 'Not Good' }),
    'invalid_name',
  ],
  [
    'a modal without a trigger',
    'views.open',
    () => ({
      trigger_id: '1.2.3',
      view: { type: 'modal', title: { type: 'plain_text', text: 'x' }, blocks: [{ type: 'divider' }] },
    }),
    'invalid_trigger_id',
  ],
  [
    'an update of no view',
    'views.update',
    () => ({ view_id: 'V0', view: { type: 'home', blocks: [] } }),
    'not_found',
  ],
];

test.each(CALLS)('refused: %s', async (_title, method, args, error) => {
  expect(await slack.api(method, args())).toMatchObject({ ok: false, error });
});

const title = { type: 'plain_text', text: 'Title' };
const input = { type: 'input', label: title, element: { type: 'plain_text_input', action_id: 'a' } };
const modal = (more: object) => ({ type: 'modal', title, blocks: [{ type: 'divider' }], ...more });
const VIEWS: [title: string, view: unknown, line: string][] = [
  [
    'a title of 25',
    modal({ title: { ...title, text: 'x'.repeat(25) } }),
    'must be less than 25 characters [json-pointer:/view/title/text]',
  ],
  ['no title', modal({ title: undefined }), 'missing required field: title [json-pointer:/view]'],
  [
    'an input without submit',
    modal({ blocks: [input] }),
    'must define `submit` to use an `input` block in modals [json-pointer:/view]',
  ],
  [
    '101 blocks',
    modal({ blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }),
    'no more than 100 items allowed [json-pointer:/view/blocks]',
  ],
  [
    'private metadata of 3,001',
    modal({ private_metadata: 'x'.repeat(3001) }),
    'must be less than 3001 characters [json-pointer:/view/private_metadata]',
  ],
  [
    'a table in a modal',
    modal({ blocks: [{ type: 'table', rows: [] }] }),
    'unsupported type: table [json-pointer:/view/blocks/0/type]',
  ],
  [
    'two elements with focus',
    modal({
      submit: title,
      blocks: [1, 2].map((n) => ({
        ...input,
        element: { ...input.element, action_id: `a${n}`, focus_on_load: true },
      })),
    }),
    'only one element may set `focus_on_load` [json-pointer:/view/blocks/1/element/focus_on_load]',
  ],
  ['a view that is a list', [], 'must provide an object [json-pointer:/view]'],
];

test.each(VIEWS)('views refused: %s', async (_title, view, line) => {
  const answer = await slack.api('views.open', { trigger_id: 'x', view });
  expect(answer).toMatchObject({ ok: false, error: 'invalid_arguments' });
  expect(answer.errors).toBeUndefined();
  expect(answer.response_metadata?.messages).toContain(`[ERROR] ${line}`);
});

test('a home with submit is refused', async () => {
  const answer = await slack.api('views.publish', {
    user_id: PERSON,
    view: { type: 'home', blocks: [], submit: title },
  });
  expect(answer.response_metadata?.messages).toContain(
    '[ERROR] invalid additional property: submit [json-pointer:/view]',
  );
});

describe('tokens', () => {
  test.each([
    ['none', '', 'not_authed'],
    ['a wrong one', 'xoxb-wrong', 'invalid_auth'],
    ['an app-level one', 'xapp-1', 'not_allowed_token_type'],
  ])('%s', async (_title, token, error) => {
    expect(await slack.api('auth.test', {}, token)).toMatchObject({ ok: false, error });
  });

  test('a missing scope is named', async () => {
    const answer = await slack.api('conversations.join', { channel: outside });
    expect(answer).toMatchObject({ needed: 'channels:join' });
    expect(answer['provided']).toContain('chat:write');
  });

  test('failures are HTTP 200 and tell the scopes', async () => {
    const response = await slack.raw('/api/chat.postMessage', {
      method: 'POST',
      headers: { authorization: `Bearer ${BOT_TOKEN}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'channel=C0NOPE&text=x',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-oauth-scopes')).toContain('chat:write');
    expect(response.headers.get('x-accepted-oauth-scopes')).toBe('chat:write');
  });

  test('a body of another kind is no call', async () => {
    const response = await slack.raw('/api/auth.test', {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: '<a/>',
    });
    expect(await response.json()).toMatchObject({ error: 'invalid_post_type' });
  });
});

test('the real client hears the refusal with its lines', async () => {
  const call = slack
    .client()
    .chat.postMessage({ channel: OPS, text: 'x', blocks: [{ type: 'header' }] as never });
  await expect(call).rejects.toMatchObject({
    data: { error: 'invalid_blocks', errors: ['missing required field: text [json-pointer:/blocks/0]'] },
  });
});

test('refusals stand in the log with their lines', async () => {
  const calls = await slack.calls();
  const refused = calls.findLast((call) => call.error === 'invalid_blocks');
  expect(refused).toMatchObject({ direction: 'api', method: 'chat.postMessage', ok: false });
  expect(refused?.messages?.[0]).toMatch(/^\[ERROR\] /);
});
