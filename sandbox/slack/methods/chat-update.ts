import type { ApiMethod } from '../api/method.ts';
import { isRefusal, refuse, type Refusal } from '../answer.ts';
import { codePoints } from '../blocks/schema.ts';
import { appIsIn, appSees, channelById, findMessage } from '../look-up.ts';
import { messageShape } from '../shapes.ts';
import { BOT, type Message } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { isEmptyContent, readContent, type Content } from './content.ts';

const MAX_TEXT = 4_000;

/** https://docs.slack.dev/reference/methods/chat.update */
export const chatUpdate: ApiMethod = {
  scopes: ['chat:write'],
  tier: 3,
  required: ['channel', 'ts'],
  run(workspace, args) {
    const message = ownMessage(workspace, args.text('channel'), args.text('ts'), 'cant_update_message');
    if (isRefusal(message)) return message;
    const content = readContent(args);
    if (isRefusal(content)) return content;
    if (isEmptyContent(content) && content.blocks === undefined) return refuse('no_text');
    if (codePoints(content.text ?? '') > MAX_TEXT || content.truncated) return refuse('msg_too_long');
    rewrite(message, content);
    message.edited = { user: BOT.userId, ts: workspace.state.nextTs() };
    workspace.state.saveMessage(message);
    return {
      ok: true,
      channel: message.channel,
      ts: message.ts,
      text: message.text,
      message: messageShape(workspace.state, message, { allMetadata: true }),
    };
  },
};

/** https://docs.slack.dev/reference/methods/chat.delete */
export const chatDelete: ApiMethod = {
  scopes: ['chat:write'],
  tier: 3,
  required: ['channel', 'ts'],
  run(workspace, args) {
    const message = ownMessage(workspace, args.text('channel'), args.text('ts'), 'cant_delete_message');
    if (isRefusal(message)) return message;
    workspace.state.dropMessage(message);
    return { ok: true, channel: message.channel, ts: message.ts };
  },
};

/** Text without blocks removes blocks; attachments and metadata stay unless they are passed. */
function rewrite(message: Message, content: Content): void {
  if (content.text !== undefined) message.text = content.text;
  if (content.blocks === undefined || content.blocks.length === 0) delete message.blocks;
  else message.blocks = content.blocks;
  if (content.attachments !== undefined) message.attachments = content.attachments;
  if (content.metadata !== undefined) message.metadata = content.metadata;
}

/** Only ids count here: names and people's ids are channel_not_found. */
function ownMessage(
  workspace: Workspace,
  channelId: string | undefined,
  ts: string | undefined,
  notOwn: string,
): Message | Refusal {
  const channel = channelById(workspace.state, channelId);
  if (channel === undefined || !appSees(channel)) return refuse('channel_not_found');
  const message = findMessage(workspace.state, channel.id, ts ?? '');
  if (message === undefined) return refuse('message_not_found');
  if (message.botId !== BOT.botId) return refuse(notOwn);
  if (channel.isArchived) return refuse('is_archived');
  if (!appIsIn(channel) && !workspace.scopes.has('chat:write.public')) return refuse('not_in_channel');
  return message;
}
