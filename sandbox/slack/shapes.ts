import { formatInTimeZone } from './time-zone.ts';
import { repliesOf } from './look-up.ts';
import type { State } from './state.ts';
import {
  BOT,
  TEAM,
  type Channel,
  type JsonObject,
  type Message,
  type Person,
  type StoredFile,
  type UserGroup,
} from './types.ts';

/** A message as apps and people see it. Metadata payloads are withheld unless asked for. */
export function messageShape(state: State, message: Message, options: { allMetadata: boolean }): JsonObject {
  const metadata =
    message.metadata === undefined || options.allMetadata
      ? message.metadata
      : { event_type: message.metadata['event_type'] };
  const files = (message.files ?? []).flatMap((id) => state.files.get(id) ?? []);
  return {
    type: 'message',
    ...(message.subtype === undefined ? {} : { subtype: message.subtype }),
    user: message.user,
    ts: message.ts,
    ...(message.botId === undefined ? {} : { bot_id: message.botId, app_id: BOT.appId }),
    text: message.text,
    team: TEAM.id,
    ...(message.blocks === undefined ? {} : { blocks: message.blocks }),
    ...(message.attachments === undefined ? {} : { attachments: message.attachments }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(files.length === 0 ? {} : { files: files.map(fileShape), upload: false }),
    ...(message.edited === undefined ? {} : { edited: message.edited }),
    ...(message.reactions === undefined
      ? {}
      : { reactions: message.reactions.map((one) => ({ ...one, count: one.users.length })) }),
    ...threadShape(state, message),
  };
}

function threadShape(state: State, message: Message): JsonObject {
  if (message.threadTs !== undefined) return { thread_ts: message.threadTs };
  const replies = repliesOf(state, message);
  const latest = replies.at(-1);
  if (latest === undefined) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: latest.ts,
    reply_users: users.slice(0, 5),
    is_locked: false,
    subscribed: false,
  };
}

export function channelShape(channel: Channel, options: { memberCount: boolean }): JsonObject {
  if (channel.isIm)
    return {
      id: channel.id,
      created: channel.created,
      is_im: true,
      is_org_shared: false,
      user: channel.user,
      is_archived: channel.isArchived,
      context_team_id: TEAM.id,
      is_open: true,
    };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: channel.isPrivate,
    is_archived: channel.isArchived,
    is_general: false,
    is_shared: channel.isExtShared,
    is_ext_shared: channel.isExtShared,
    is_org_shared: false,
    is_pending_ext_shared: false,
    is_member: channel.members.includes(BOT.userId),
    created: channel.created,
    creator: BOT.userId,
    context_team_id: TEAM.id,
    unlinked: 0,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
    ...(options.memberCount ? { num_members: channel.members.length } : {}),
  };
}

/** `now` gives the offset of the person's zone at that moment. */
export function personShape(person: Person, now: Date, options: { locale: boolean }): JsonObject {
  return {
    id: person.id,
    team_id: TEAM.id,
    name: person.name,
    deleted: person.deleted,
    ...(person.deleted
      ? {}
      : { real_name: person.realName, ...formatInTimeZone(person.tz, now), is_admin: false }),
    profile: {
      real_name: person.realName,
      display_name: person.name,
      team: TEAM.id,
      status_text: '',
      real_name_normalized: person.realName,
      display_name_normalized: person.name,
      ...(person.isBot ? { bot_id: BOT.botId, api_app_id: BOT.appId } : {}),
    },
    ...(person.deleted ? {} : { is_owner: false, is_primary_owner: false }),
    ...(person.deleted ? {} : { is_restricted: person.guest, is_ultra_restricted: false }),
    is_bot: person.isBot,
    is_app_user: false,
    updated: Math.floor(now.getTime() / 1000),
    ...(options.locale ? { locale: person.locale } : {}),
  };
}

export function groupShape(group: UserGroup, options: { users: boolean }): JsonObject {
  return {
    id: group.id,
    team_id: TEAM.id,
    is_usergroup: true,
    name: group.name,
    handle: group.handle,
    description: '',
    is_external: false,
    date_delete: 0,
    auto_type: null,
    user_count: group.users.length,
    prefs: { channels: [], groups: [] },
    ...(options.users ? { users: group.users } : {}),
  };
}

export function fileShape(file: StoredFile): JsonObject {
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.filename,
    title: file.title,
    user: BOT.userId,
    mode: 'hosted',
    size: file.length,
    is_external: false,
    filetype: file.filename.split('.').at(-1) ?? 'text',
    channels: file.channels,
    groups: [],
    ims: [],
    file_access: 'visible',
  };
}
