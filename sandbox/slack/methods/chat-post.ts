import type { Args } from '../api/args.ts';
import type { ApiMethod } from '../api/method.ts';
import { isRefusal, refuse, type Answer, type Refusal } from '../answer.ts';
import { appIsIn, appSees, channelByName, findMessage, openDirectMessage } from '../look-up.ts';
import { messageShape } from '../shapes.ts';
import { BOT, type Channel, type Message } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { isEmptyContent, readContent, readThreadTs, type Content } from './content.ts';

/** https://docs.slack.dev/reference/methods/chat.postMessage */
export const chatPostMessage: ApiMethod = {
  scopes: ['chat:write'],
  tier: 'post',
  required: ['channel'],
  run(workspace, args) {
    const channel = decidePostTarget(workspace, args.text('channel') ?? '');
    if (isRefusal(channel)) return channel;
    const content = readContent(args);
    if (isRefusal(content)) return content;
    if (isEmptyContent(content)) return refuse('no_text');
    const threadTs = decideThread(workspace, channel, args);
    if (isRefusal(threadTs)) return threadTs;
    const message = makeBotMessage(workspace, channel, content, threadTs);
    if (threadTs !== undefined && args.bool('reply_broadcast')) message.subtype = 'thread_broadcast';
    workspace.state.saveMessage(message);
    return answerWith(workspace, message, content);
  },
};

/** Where a post may go: a channel the app is in, a public one with chat:write.public, a person's direct message. */
export function decidePostTarget(workspace: Workspace, target: string): Channel | Refusal {
  const { state } = workspace;
  const person = state.people.get(target);
  if (person !== undefined) {
    if (person.deleted || person.isBot) return refuse('channel_not_found');
    return openDirectMessage(state, person, Math.floor(workspace.clock.now().getTime() / 1000));
  }
  const channel = channelByName(state, target);
  if (channel === undefined || !appSees(channel)) return refuse('channel_not_found');
  if (channel.isArchived) return refuse('is_archived');
  if (!appIsIn(channel) && !workspace.scopes.has('chat:write.public')) return refuse('not_in_channel');
  return channel;
}

/** The parent to reply to; a reply's own timestamp and an unknown one start no thread. */
export function decideThread(
  workspace: Workspace,
  channel: Channel,
  args: Args,
): string | undefined | Refusal {
  const ts = readThreadTs(args);
  if (ts === undefined || isRefusal(ts)) return ts;
  const parent = findMessage(workspace.state, channel.id, ts);
  if (parent === undefined || parent.threadTs !== undefined) return refuse('thread_not_found');
  return ts;
}

function makeBotMessage(
  workspace: Workspace,
  channel: Channel,
  content: Content,
  threadTs: string | undefined,
): Message {
  return {
    channel: channel.id,
    ts: workspace.state.nextTs(),
    user: BOT.userId,
    botId: BOT.botId,
    text: content.text ?? '',
    ...(content.blocks === undefined || content.blocks.length === 0 ? {} : { blocks: content.blocks }),
    ...(content.attachments === undefined ? {} : { attachments: content.attachments }),
    ...(content.metadata === undefined ? {} : { metadata: content.metadata }),
    ...(threadTs === undefined ? {} : { threadTs }),
  };
}

function answerWith(workspace: Workspace, message: Message, content: Content): Answer {
  return {
    ok: true,
    channel: message.channel,
    ts: message.ts,
    message: messageShape(workspace.state, message, { allMetadata: true }),
    ...(content.truncated ? { warning: 'message_truncated' } : {}),
  };
}
