import type { ApiMethod } from '../api/method.ts';
import { isRefusal, refuse, type Refusal } from '../answer.ts';
import { appIsIn, appSees, channelById, openDirectMessage } from '../look-up.ts';
import { channelShape } from '../shapes.ts';
import { BOT, type Channel } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { pageOf } from './pages.ts';

const READ_SCOPES: Record<string, string> = {
  public_channel: 'channels:read',
  private_channel: 'groups:read',
  mpim: 'mpim:read',
  im: 'im:read',
};

/** https://docs.slack.dev/reference/methods/conversations.list */
export const conversationsList: ApiMethod = {
  scopes: Object.values(READ_SCOPES),
  tier: 2,
  run(workspace, args) {
    const types = (args.text('types') ?? 'public_channel').split(',').map((type) => type.trim());
    if (types.some((type) => READ_SCOPES[type] === undefined)) return refuse('invalid_types');
    const lacking = types.filter((type) => !workspace.scopes.has(READ_SCOPES[type] ?? ''));
    if (lacking.length > 0)
      return refuse('missing_scope', {
        needed: lacking.map((type) => READ_SCOPES[type]).join(','),
        provided: [...workspace.scopes].join(','),
      });
    const channels = [...workspace.state.channels.values()].filter(
      (channel) =>
        types.includes(typeOf(channel)) &&
        appSees(channel) &&
        !(args.bool('exclude_archived') && channel.isArchived),
    );
    const page = pageOf(channels, args, { standard: 100, most: 999 });
    if (isRefusal(page)) return page;
    return {
      ok: true,
      channels: page.items.map((channel) => channelShape(channel, { memberCount: true })),
      response_metadata: { next_cursor: page.nextCursor },
    };
  },
};

/** https://docs.slack.dev/reference/methods/conversations.info */
export const conversationsInfo: ApiMethod = {
  scopes: Object.values(READ_SCOPES),
  tier: 3,
  required: ['channel'],
  run(workspace, args) {
    const channel = seenChannel(workspace, args.text('channel'));
    if (isRefusal(channel)) return channel;
    return {
      ok: true,
      channel: {
        ...channelShape(channel, { memberCount: args.bool('include_num_members') }),
        ...(args.bool('include_locale') ? { locale: 'en-US' } : {}),
      },
    };
  },
};

/** https://docs.slack.dev/reference/methods/conversations.members */
export const conversationsMembers: ApiMethod = {
  scopes: Object.values(READ_SCOPES),
  tier: 4,
  required: ['channel'],
  run(workspace, args) {
    const channel = seenChannel(workspace, args.text('channel'));
    if (isRefusal(channel)) return channel;
    const page = pageOf(channel.members, args, { standard: 100, most: 999 });
    if (isRefusal(page)) return page;
    return { ok: true, members: page.items, response_metadata: { next_cursor: page.nextCursor } };
  },
};

/** https://docs.slack.dev/reference/methods/conversations.join */
export const conversationsJoin: ApiMethod = {
  scopes: ['channels:join'],
  tier: 3,
  required: ['channel'],
  run(workspace, args) {
    const channel = seenChannel(workspace, args.text('channel'));
    if (isRefusal(channel)) return channel;
    if (channel.isIm || channel.isPrivate) return refuse('method_not_supported_for_channel_type');
    if (channel.isArchived) return refuse('is_archived');
    const wasIn = appIsIn(channel);
    if (!wasIn) {
      channel.members.push(BOT.userId);
      workspace.state.saveChannel(channel);
    }
    return {
      ok: true,
      channel: channelShape(channel, { memberCount: false }),
      ...(wasIn ? { warning: 'already_in_channel' } : {}),
    };
  },
};

/** https://docs.slack.dev/reference/methods/conversations.open; direct messages with one person only. */
export const conversationsOpen: ApiMethod = {
  scopes: ['im:write', 'mpim:write'],
  tier: 3,
  run(workspace, args) {
    const ids = (args.text('users') ?? '').split(',').filter((id) => id !== '');
    if (ids.length === 0) return refuse('not_enough_users');
    if (ids.length > 8) return refuse('too_many_users');
    const people = ids.map((id) => workspace.state.people.get(id));
    const [person] = people;
    if (person === undefined || people.includes(undefined)) return refuse('user_not_found');
    if (people.some((one) => one?.deleted === true)) return refuse('user_disabled');
    if (people.length > 1) return refuse('method_not_supported_for_channel_type');
    const channel = openDirectMessage(
      workspace.state,
      person,
      Math.floor(workspace.clock.now().getTime() / 1000),
    );
    return {
      ok: true,
      channel: args.bool('return_im') ? channelShape(channel, { memberCount: false }) : { id: channel.id },
    };
  },
};

function typeOf(channel: Channel): string {
  if (channel.isIm) return 'im';
  return channel.isPrivate ? 'private_channel' : 'public_channel';
}

function seenChannel(workspace: Workspace, id: string | undefined): Channel | Refusal {
  const channel = channelById(workspace.state, id);
  return channel === undefined || !appSees(channel) ? refuse('channel_not_found') : channel;
}
