import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type OpenWorkspace } from './open-workspace.ts';

const OPS = 'C0FINANCEOPS';
let slack: OpenWorkspace;

beforeAll(async () => {
  slack = await openWorkspace();
});
afterAll(() => slack.stop());

async function post(args: object = {}): Promise<string> {
  const answer = await slack.api('chat.postMessage', { channel: OPS, text: 'hello', ...args });
  expect(answer).toMatchObject({ ok: true });
  return answer['ts'] as string;
}

async function shown(ts: string) {
  const { messages } = await slack.state();
  return messages.find((message) => message.ts === ts);
}

describe('posting', () => {
  test('the real client posts, reads and updates', async () => {
    const client = slack.client();
    const identity = await client.auth.test();
    expect(identity).toMatchObject({ bot_id: 'B0MUTABIK', user_id: 'U0MUTABIK' });
    const posted = await client.chat.postMessage({
      channel: 'finance-ops',
      text: 'Günaydın & <hoş geldin>',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*Günaydın*' } }],
      metadata: { event_type: 'mutabik_card', event_payload: { card_id: 'k1' } },
    });
    await client.chat.update({ channel: posted.channel ?? '', ts: posted.ts ?? '', text: 'later' });
    const history = await client.conversations.history({ channel: OPS, include_all_metadata: true });
    expect(history.messages?.[0]).toMatchObject({
      text: 'later',
      bot_id: 'B0MUTABIK',
      metadata: { event_type: 'mutabik_card', event_payload: { card_id: 'k1' } },
      edited: { user: 'U0MUTABIK' },
    });
    expect(history.messages?.[0]?.blocks).toBeUndefined();
  });

  test('ts follows the clock and never repeats', async () => {
    slack.clock.set('2026-01-15T06:00:00Z');
    const stamps = [];
    for (let i = 0; i < 5; i += 1) stamps.push(await post());
    expect(new Set(stamps).size).toBe(5);
    expect(stamps.toSorted()).toEqual(stamps);
    expect(Number(stamps[0])).toBe(Date.parse('2026-01-15T06:00:00Z') / 1000);
  });

  test('text is cut above 40,000 code points', async () => {
    const ts = await post({ text: '😀'.repeat(40_001) });
    expect(Array.from((await shown(ts))?.text ?? '')).toHaveLength(40_000);
  });

  test('missing block ids are made up', async () => {
    const ts = await post({
      blocks: [{ type: 'divider' }, { type: 'actions', elements: [button('a'), button(undefined)] }],
    });
    const blocks = (await shown(ts))?.blocks as { block_id: string; elements?: { action_id: string }[] }[];
    expect(blocks.map((block) => block.block_id.length)).toEqual([5, 5]);
    expect(blocks[1]?.elements?.[1]?.action_id).toHaveLength(5);
  });

  test("a post to a person lands in the app's direct message", async () => {
    const answer = await slack.api('chat.postMessage', { channel: 'U00000OPS1', text: 'psst' });
    expect(answer).toMatchObject({ ok: true, channel: 'D00000OPS1' });
    const { channels } = await slack.state();
    expect(channels).toContainEqual(expect.objectContaining({ is_im: true, user: 'U00000OPS1' }));
  });
});

describe('threads', () => {
  test('a parent counts its replies, history leaves them out', async () => {
    const parent = await post();
    const reply = await post({ thread_ts: parent });
    const replies = await slack.api('conversations.replies', { channel: OPS, ts: parent });
    expect(replies['messages']).toMatchObject([
      { ts: parent, thread_ts: parent, reply_count: 1, latest_reply: reply },
      { ts: reply, thread_ts: parent },
    ]);
    const history = await slack.api('conversations.history', { channel: OPS });
    const stamps = (history['messages'] as { ts: string }[]).map((message) => message.ts);
    expect(stamps).toContain(parent);
    expect(stamps).not.toContain(reply);
  });

  test('a broadcast reply stands in the channel too', async () => {
    const parent = await post();
    const reply = await post({ thread_ts: parent, reply_broadcast: true });
    const history = await slack.api('conversations.history', { channel: OPS, limit: 1 });
    expect(history['messages']).toMatchObject([{ ts: reply, subtype: 'thread_broadcast' }]);
  });

  test('a permalink of a reply names its thread', async () => {
    const parent = await post();
    const reply = await post({ thread_ts: parent });
    const link = await slack.api('chat.getPermalink', { channel: OPS, message_ts: reply });
    expect(link['permalink']).toBe(
      `https://mutabik-local.slack.com/archives/${OPS}/p${reply.replace('.', '')}?thread_ts=${parent}&cid=${OPS}`,
    );
  });
});

describe('rewriting', () => {
  const metadata = { event_type: 'card', event_payload: { id: '1' } };

  test('metadata stays unless it is passed', async () => {
    const ts = await post({ metadata });
    await slack.api('chat.update', { channel: OPS, ts, text: 'two' });
    expect(await shown(ts)).toMatchObject({ text: 'two', metadata });
    const other = { event_type: 'card', event_payload: { id: '2' } };
    await slack.api('chat.update', { channel: OPS, ts, text: 'three', metadata: other });
    expect(await shown(ts)).toMatchObject({ metadata: other });
  });

  test('payloads of metadata are withheld unless asked for', async () => {
    const ts = await post({ metadata });
    const plain = await slack.api('conversations.history', {
      channel: OPS,
      latest: ts,
      inclusive: true,
      limit: 1,
    });
    expect(plain['messages']).toMatchObject([{ metadata: { event_type: 'card' } }]);
    expect(JSON.stringify(plain)).not.toContain('event_payload');
  });

  test('text without blocks removes the blocks', async () => {
    const ts = await post({ blocks: [{ type: 'divider' }] });
    await slack.api('chat.update', { channel: OPS, ts, text: 'bare' });
    expect((await shown(ts))?.blocks).toEqual([]);
  });

  test('a deleted message is gone', async () => {
    const ts = await post();
    expect(await slack.api('chat.delete', { channel: OPS, ts })).toMatchObject({ ok: true });
    expect(await shown(ts)).toBeUndefined();
    expect(await slack.api('chat.delete', { channel: OPS, ts })).toMatchObject({
      error: 'message_not_found',
    });
  });
});

describe('pages', () => {
  test('history is paged by cursor, newest first, without gaps', async () => {
    for (let i = 0; i < 7; i += 1) await post({ channel: 'slo', text: `n${i}` });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await slack.api('conversations.history', { channel: 'C000000SLO', limit: 3, cursor });
      seen.push(...(page['messages'] as { text: string }[]).map((message) => message.text));
      cursor = page.response_metadata?.next_cursor;
    } while (cursor !== undefined && cursor !== '');
    expect(seen).toEqual(['n6', 'n5', 'n4', 'n3', 'n2', 'n1', 'n0']);
  });

  test('oldest and latest are exclusive unless inclusive', async () => {
    const stamps = [await post(), await post(), await post()];
    const [oldest = '', middle = '', latest = ''] = stamps;
    const range = { channel: OPS, oldest, latest };
    const inner = await slack.api('conversations.history', range);
    expect(inner['messages']).toMatchObject([{ ts: middle }]);
    const outer = await slack.api('conversations.history', { ...range, inclusive: true });
    expect(outer['messages']).toHaveLength(3);
  });

  test('channels and people are listed page by page', async () => {
    const names: string[] = [];
    for await (const page of slack.client().paginate('conversations.list', { limit: 4 }))
      names.push(
        ...(page as unknown as { channels: { name: string }[] }).channels.map((channel) => channel.name),
      );
    expect(names).toEqual(['finance-ops', 'finance-approvals', 'slo', 'security', 'incidents', 'ops-alerts']);
  });
});

describe('people', () => {
  test('users.info tells locale and zone', async () => {
    const one = await slack.api('users.info', { user: 'U00000OPS1', include_locale: true });
    expect(one['user']).toMatchObject({
      locale: 'tr-TR',
      tz: 'Europe/Istanbul',
      tz_offset: 10_800,
      is_bot: false,
    });
    const guest = await slack.api('users.info', { user: 'U000GUEST1' });
    expect(guest['user']).toMatchObject({ is_restricted: true });
  });

  test('a group lists its active people', async () => {
    const groups = await slack.api('usergroups.list', { include_users: true });
    const ops = (groups['usergroups'] as { id: string; handle: string }[]).find(
      (g) => g.handle === 'finance-ops',
    );
    await slack.act('user', { user: 'ops2', deleted: true });
    const users = await slack.api('usergroups.users.list', { usergroup: ops?.id });
    expect(users['users']).toEqual(['U00000OPS1']);
  });
});

test('an ephemeral is seen by one person and not in history', async () => {
  const answer = await slack.api('chat.postEphemeral', {
    channel: OPS,
    user: 'U00000OPS1',
    text: 'only you',
  });
  const { ephemerals } = await slack.state();
  expect(ephemerals).toMatchObject([{ ts: answer['message_ts'], user: 'U00000OPS1', text: 'only you' }]);
  const history = await slack.api('conversations.history', { channel: OPS });
  expect(JSON.stringify(history)).not.toContain('only you');
});

function button(actionId: string | undefined): object {
  return {
    type: 'button',
    text: { type: 'plain_text', text: 'Go' },
    ...(actionId === undefined ? {} : { action_id: actionId }),
  };
}
