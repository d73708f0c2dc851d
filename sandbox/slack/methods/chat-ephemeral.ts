import type { ApiMethod } from '../api/method.ts';
import { isRefusal, refuse } from '../answer.ts';
import { appIsIn, appSees, channelById, channelByName, findMessage } from '../look-up.ts';
import { TEAM, type Ephemeral } from '../types.ts';
import { isEmptyContent, readContent, readThreadTs } from './content.ts';

/** https://docs.slack.dev/reference/methods/chat.postEphemeral */
export const chatPostEphemeral: ApiMethod = {
  scopes: ['chat:write'],
  tier: 4,
  required: ['channel', 'user'],
  run(workspace, args) {
    const { state } = workspace;
    const channel = channelByName(state, args.text('channel') ?? '');
    if (channel === undefined || !appSees(channel)) return refuse('channel_not_found');
    if (channel.isArchived) return refuse('is_archived');
    if (!appIsIn(channel)) return refuse('not_in_channel');
    const person = state.people.get(args.text('user') ?? '');
    if (person === undefined || person.deleted || !channel.members.includes(person.id))
      return refuse('user_not_in_channel');
    const content = readContent(args);
    if (isRefusal(content)) return content;
    if (isEmptyContent(content)) return refuse('no_text');
    const threadTs = readThreadTs(args);
    if (isRefusal(threadTs)) return threadTs;
    const ephemeral: Ephemeral = {
      ts: state.nextTs(),
      user: person.id,
      channel: channel.id,
      text: content.text ?? '',
      ...(content.blocks === undefined ? {} : { blocks: content.blocks }),
      ...(threadTs === undefined ? {} : { threadTs }),
    };
    state.saveEphemeral(ephemeral);
    return { ok: true, message_ts: ephemeral.ts };
  },
};

/** https://docs.slack.dev/reference/methods/chat.getPermalink */
export const chatGetPermalink: ApiMethod = {
  scopes: [],
  tier: 'none',
  required: ['channel', 'message_ts'],
  run(workspace, args) {
    const channel = channelById(workspace.state, args.text('channel'));
    if (channel === undefined || !appSees(channel)) return refuse('channel_not_found');
    const message = findMessage(workspace.state, channel.id, args.text('message_ts') ?? '');
    if (message === undefined) return refuse('message_not_found');
    const base = `https://${TEAM.domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`;
    const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
    return { ok: true, channel: channel.id, permalink: base + thread };
  },
};
