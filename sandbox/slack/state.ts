import type { Clock } from '../../src/ports.ts';
import { randomBytes } from 'node:crypto';
import type { Journal } from './journal.ts';
import type { Channel, Ephemeral, Message, Person, StoredFile, StoredView, UserGroup } from './types.ts';

/** All of the workspace in memory. Change it through `save` and `drop`, so that the journal follows. */
export interface State {
  people: Map<string, Person>;
  groups: Map<string, UserGroup>;
  channels: Map<string, Channel>;
  /** By channel id, oldest first. */
  messages: Map<string, Message[]>;
  /** Replies by channel id and parent ts, oldest first. */
  threads: Map<string, Message[]>;
  ephemerals: Ephemeral[];
  files: Map<string, StoredFile>;
  views: Map<string, StoredView>;
  /** The next message timestamp: follows the clock, strictly increasing, unique in the workspace. */
  nextTs(): string;
  savePerson(person: Person): void;
  saveGroup(group: UserGroup): void;
  saveChannel(channel: Channel): void;
  saveMessage(message: Message): void;
  dropMessage(message: Message): void;
  saveEphemeral(ephemeral: Ephemeral): void;
  dropEphemeral(ephemeral: Ephemeral): void;
  saveFile(file: StoredFile): void;
  saveView(view: StoredView): void;
  dropView(view: StoredView): void;
}

export async function loadState(journal: Journal, clock: Clock): Promise<State> {
  const messages = new Map<string, Message[]>();
  const loaded = await journal.load<Message>('message');
  loaded.sort((a, b) => compareTs(a.ts, b.ts));
  const threads = new Map<string, Message[]>();
  for (const message of loaded) {
    listOf(messages, message.channel).push(message);
    if (message.threadTs !== undefined) listOf(threads, threadKey(message, message.threadTs)).push(message);
  }
  const ephemerals = await journal.load<Ephemeral>('ephemeral');
  ephemerals.sort((a, b) => compareTs(a.ts, b.ts));
  const people = byId(await journal.load<Person>('person'));
  const groups = byId(await journal.load<UserGroup>('group'));
  const channels = byId(await journal.load<Channel>('channel'));
  const files = byId(await journal.load<StoredFile>('file'));
  const views = byId(await journal.load<StoredView>('view'));
  const nextTs = makeTimestamps(clock, loaded.at(-1)?.ts, ephemerals.at(-1)?.ts);
  return {
    people,
    groups,
    channels,
    messages,
    threads,
    ephemerals,
    files,
    views,
    nextTs,
    savePerson: (person) => keep(journal, 'person', people, person),
    saveGroup: (group) => keep(journal, 'group', groups, group),
    saveChannel: (channel) => keep(journal, 'channel', channels, channel),
    saveFile: (file) => keep(journal, 'file', files, file),
    saveView: (view) => keep(journal, 'view', views, view),
    dropView(view) {
      views.delete(view.id);
      journal.remove('view', view.id);
    },
    saveMessage(message) {
      const list = listOf(messages, message.channel);
      if (indexOfTs(list, message.ts) === -1) {
        list.push(message);
        if (message.threadTs !== undefined)
          listOf(threads, threadKey(message, message.threadTs)).push(message);
      }
      journal.put('message', `${message.channel} ${message.ts}`, message);
    },
    dropMessage(message) {
      removeByTs(listOf(messages, message.channel), message.ts);
      if (message.threadTs !== undefined)
        removeByTs(listOf(threads, threadKey(message, message.threadTs)), message.ts);
      journal.remove('message', `${message.channel} ${message.ts}`);
    },
    saveEphemeral(ephemeral) {
      if (!ephemerals.includes(ephemeral)) ephemerals.push(ephemeral);
      journal.put('ephemeral', ephemeral.ts, ephemeral);
    },
    dropEphemeral(ephemeral) {
      const index = ephemerals.indexOf(ephemeral);
      if (index !== -1) ephemerals.splice(index, 1);
      journal.remove('ephemeral', ephemeral.ts);
    },
  };
}

export function threadKey(message: { channel: string }, parentTs: string): string {
  return `${message.channel} ${parentTs}`;
}

function removeByTs(list: { ts: string }[], ts: string): void {
  const index = indexOfTs(list, ts);
  if (index !== -1) list.splice(index, 1);
}

/** Position of a timestamp in an ordered list, or -1. */
export function indexOfTs(list: readonly { ts: string }[], ts: string): number {
  let low = 0;
  let high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareTs((list[middle] as { ts: string }).ts, ts);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Orders timestamps such as 1768455000.000100 exactly; as numbers they'd lose digits. */
export function compareTs(a: string, b: string): number {
  const [aSeconds = '', aMicros = ''] = a.split('.');
  const [bSeconds = '', bMicros = ''] = b.split('.');
  return (
    Number(aSeconds) - Number(bSeconds) || Number(aMicros.padEnd(6, '0')) - Number(bMicros.padEnd(6, '0'))
  );
}

/** A fresh id in Slack's manner: one letter and ten capitals or digits. */
export function freshId(letter: string): string {
  return (
    letter +
    '0' +
    BigInt(`0x${randomBytes(8).toString('hex')}`)
      .toString(36)
      .toUpperCase()
      .slice(0, 9)
  );
}

function makeTimestamps(clock: Clock, ...seen: (string | undefined)[]): () => string {
  let last = seen.reduce((top, ts) => (ts !== undefined && microsOf(ts) > top ? microsOf(ts) : top), 0n);
  return () => {
    const now = BigInt(clock.now().getTime()) * 1000n;
    last = now > last ? now : last + 1n;
    const digits = last.toString();
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  };
}

function microsOf(ts: string): bigint {
  return BigInt(ts.replace('.', ''));
}

function keep<T extends { id: string }>(
  journal: Journal,
  kind: Parameters<Journal['put']>[0],
  map: Map<string, T>,
  item: T,
): void {
  map.set(item.id, item);
  journal.put(kind, item.id, item);
}

function byId<T extends { id: string }>(items: T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function listOf<T>(map: Map<string, T[]>, key: string): T[] {
  let list = map.get(key);
  if (list === undefined) map.set(key, (list = []));
  return list;
}
