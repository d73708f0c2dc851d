import type { Args } from '../api/args.ts';
import type { ApiMethod } from '../api/method.ts';
import { isRefusal, refuse, type Refusal } from '../answer.ts';
import { appIsIn, appSees, channelById, findMessage, repliesOf } from '../look-up.ts';
import { messageShape } from '../shapes.ts';
import { compareTs } from '../state.ts';
import type { Channel, Message } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { pageOf } from './pages.ts';

const SCOPES = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];

/** https://docs.slack.dev/reference/methods/conversations.history: newest first, replies left out. */
export const conversationsHistory: ApiMethod = {
  scopes: SCOPES,
  tier: 3,
  required: ['channel'],
  run(workspace, args) {
    const channel = readableChannel(workspace, args.text('channel'));
    if (isRefusal(channel)) return channel;
    const within = readRange(args);
    if (isRefusal(within)) return within;
    const messages = (workspace.state.messages.get(channel.id) ?? [])
      .filter((message) => message.threadTs === undefined || message.subtype === 'thread_broadcast')
      .filter(within)
      .toReversed();
    const page = pageOf(messages, args, { standard: 100, most: 999 });
    if (isRefusal(page)) return page;
    return {
      ok: true,
      messages: shapes(workspace, page.items, args),
      has_more: page.nextCursor !== '',
      pin_count: 0,
      ...(page.nextCursor === '' ? {} : { response_metadata: { next_cursor: page.nextCursor } }),
    };
  },
};

/** https://docs.slack.dev/reference/methods/conversations.replies: the parent, then replies, oldest first. */
export const conversationsReplies: ApiMethod = {
  scopes: SCOPES,
  tier: 3,
  required: ['channel', 'ts'],
  run(workspace, args) {
    const channel = readableChannel(workspace, args.text('channel'));
    if (isRefusal(channel)) return channel;
    const within = readRange(args);
    if (isRefusal(within)) return within;
    const parent = findMessage(workspace.state, channel.id, args.text('ts') ?? '');
    if (parent === undefined) return refuse('thread_not_found');
    const thread = [parent, ...repliesOf(workspace.state, parent).filter(within)];
    const page = pageOf(thread, args, { standard: 1000, most: 1000 });
    if (isRefusal(page)) return page;
    return {
      ok: true,
      messages: shapes(workspace, page.items, args),
      has_more: page.nextCursor !== '',
      ...(page.nextCursor === '' ? {} : { response_metadata: { next_cursor: page.nextCursor } }),
    };
  },
};

function shapes(workspace: Workspace, messages: Message[], args: Args): object[] {
  const allMetadata = args.bool('include_all_metadata');
  return messages.map((message) => messageShape(workspace.state, message, { allMetadata }));
}

function readableChannel(workspace: Workspace, id: string | undefined): Channel | Refusal {
  const channel = channelById(workspace.state, id);
  if (channel === undefined || !appSees(channel)) return refuse('channel_not_found');
  const needed = channel.isIm ? 'im:history' : channel.isPrivate ? 'groups:history' : 'channels:history';
  if (!workspace.scopes.has(needed))
    return refuse('missing_scope', { needed, provided: [...workspace.scopes].join(',') });
  return appIsIn(channel) ? channel : refuse('not_in_channel');
}

/** `oldest` and `latest` are exclusive unless `inclusive` is set. */
function readRange(args: Args): ((message: Message) => boolean) | Refusal {
  const oldest = args.text('oldest');
  const latest = args.text('latest');
  if (oldest !== undefined && !isTimestamp(oldest)) return refuse('invalid_ts_oldest');
  if (latest !== undefined && !isTimestamp(latest)) return refuse('invalid_ts_latest');
  const edge = args.bool('inclusive') ? 0 : 1;
  return ({ ts }) =>
    (oldest === undefined || oldest === '0' || Math.sign(compareTs(ts, oldest)) >= edge) &&
    (latest === undefined || Math.sign(compareTs(latest, ts)) >= edge);
}

function isTimestamp(ts: string): boolean {
  return /^\d{1,12}(\.\d{1,6})?$/.test(ts);
}
