import { indexOfTs, threadKey, type State } from './state.ts';
import { BOT, type Channel, type Message, type Person } from './types.ts';

/** A channel by id. */
export function channelById(state: State, id: string | undefined): Channel | undefined {
  return id === undefined ? undefined : state.channels.get(id);
}

/** A channel by id or name, with or without #. */
export function channelByName(state: State, nameOrId: string): Channel | undefined {
  const name = nameOrId.replace(/^#/, '');
  return state.channels.get(name) ?? [...state.channels.values()].find((channel) => channel.name === name);
}

/** A person by id or name, with or without @. */
export function personByName(state: State, nameOrId: string): Person | undefined {
  const name = nameOrId.replace(/^@/, '');
  return state.people.get(name) ?? [...state.people.values()].find((person) => person.name === name);
}

export function findMessage(state: State, channelId: string, ts: string): Message | undefined {
  const list = state.messages.get(channelId) ?? [];
  return list[indexOfTs(list, ts)];
}

/** Replies of a thread, oldest first, the parent left out. */
export function repliesOf(state: State, parent: Message): Message[] {
  return state.threads.get(threadKey(parent, parent.ts)) ?? [];
}

/** May the app see this channel at all? Public ones always, others as a member. */
export function appSees(channel: Channel): boolean {
  return (!channel.isPrivate && !channel.isIm) || channel.members.includes(BOT.userId);
}

export function appIsIn(channel: Channel): boolean {
  return channel.members.includes(BOT.userId);
}

/** The app's direct message with a person, opened on demand. */
export function openDirectMessage(state: State, person: Person, nowSeconds: number): Channel {
  const open = [...state.channels.values()].find((channel) => channel.user === person.id);
  if (open !== undefined) return open;
  const channel: Channel = {
    id: `D${person.id.slice(1)}`,
    name: '',
    isIm: true,
    isPrivate: true,
    isArchived: false,
    isExtShared: false,
    user: person.id,
    members: [BOT.userId, person.id],
    created: nowSeconds,
  };
  state.saveChannel(channel);
  return channel;
}
