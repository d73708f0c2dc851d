import { fileShape } from '../shapes.ts';
import { BOT, type Message } from '../types.ts';
import { homeOf, viewShape, viewsOf } from '../view-stack.ts';
import type { Workspace } from '../workspace.ts';
import { done, type Act } from './act.ts';

/** GET /sandbox/state: everything there is to see, as everybody together sees it. */
export const snapshot: Act = ({ state, clock }) => {
  const people = [...state.people.values()];
  const groups = [...state.groups.values()];
  const views = people.flatMap((person) => {
    const open = viewsOf(state, person.id).map(viewShape);
    return open.length === 0 ? [] : [[person.name, open] as const];
  });
  const homes = people.flatMap((person) => {
    const view = homeOf(state, person.id);
    return view === undefined ? [] : [[person.name, viewShape(view)] as const];
  });
  return done({
    now: clock.now().toISOString(),
    users: people.map(({ id, name, realName, locale, tz, deleted, guest, isBot }) => ({
      id,
      name,
      real_name: realName,
      locale,
      tz,
      deleted,
      guest,
      is_bot: isBot,
      groups: groups.filter((group) => group.users.includes(id)).map((group) => group.handle),
    })),
    bot: { user_id: BOT.userId, bot_id: BOT.botId, app_id: BOT.appId },
    channels: [...state.channels.values()].map((channel) => ({
      id: channel.id,
      name: channel.name,
      is_im: channel.isIm,
      ...(channel.user === undefined ? {} : { user: channel.user }),
      is_archived: channel.isArchived,
      is_private: channel.isPrivate,
      members: channel.members,
    })),
    messages: [...state.messages.values()].flat().map((message) => messageOf(state, message)),
    ephemerals: state.ephemerals.map(({ threadTs, ...shown }) => ({
      ...shown,
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
      blocks: shown.blocks ?? [],
    })),
    views: Object.fromEntries(views),
    homes: Object.fromEntries(homes),
  });
};

function messageOf(state: Workspace['state'], message: Message): object {
  return {
    channel: message.channel,
    ts: message.ts,
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    user: message.user,
    text: message.text,
    blocks: message.blocks ?? [],
    ...(message.botId === undefined ? {} : { bot_id: message.botId }),
    metadata: message.metadata ?? null,
    files: (message.files ?? []).flatMap((id) => state.files.get(id) ?? []).map(fileShape),
    ...(message.edited === undefined ? {} : { edited: message.edited }),
    ...(message.reactions === undefined ? {} : { reactions: message.reactions }),
  };
}
