import type { ApiMethod } from '../api/method.ts';
import { refuse } from '../answer.ts';
import { appSees, channelById, findMessage } from '../look-up.ts';
import { BOT } from '../types.ts';

/** https://docs.slack.dev/reference/methods/reactions.add */
export const reactionsAdd: ApiMethod = {
  scopes: ['reactions:write'],
  tier: 3,
  required: ['channel', 'timestamp', 'name'],
  run(workspace, args) {
    const channel = channelById(workspace.state, args.text('channel'));
    if (channel === undefined || !appSees(channel)) return refuse('channel_not_found');
    const message = findMessage(workspace.state, channel.id, args.text('timestamp') ?? '');
    if (message === undefined) return refuse('message_not_found');
    const name = args.text('name') ?? '';
    if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) return refuse('invalid_name');
    const reactions = (message.reactions ??= []);
    const reaction = reactions.find((one) => one.name === name);
    if (reaction?.users.includes(BOT.userId) === true) return refuse('already_reacted');
    if (reaction === undefined) reactions.push({ name, users: [BOT.userId] });
    else reaction.users.push(BOT.userId);
    workspace.state.saveMessage(message);
    return { ok: true };
  },
};
