import type { Channel, Ephemeral, Message } from '../wire/types.ts';
import { placeAddress } from '../blocks/addresses.ts';

export interface Entry {
  message: Message;
  onlyForYou: boolean;
}

export interface ThreadLink {
  address: string;
  replies: number;
  /** ts of the newest reply; undefined while there is none. */
  lastTs: string | undefined;
}

/** A message of the channel itself; a thread's first message is one too. */
export function isRoot(message: Message): boolean {
  return !message.thread_ts || message.thread_ts === message.ts;
}

/** What one person sees, oldest first. */
export function mergeEntries(messages: readonly Message[], ephemerals: readonly Ephemeral[]): Entry[] {
  return [
    ...messages.map((message) => ({ message, onlyForYou: false })),
    ...ephemerals.map((note) => ({ message: privateMessage(note), onlyForYou: true })),
  ].sort((a, b) => (a.message.ts < b.message.ts ? -1 : 1));
}

/** An ephemeral names its reader; its author is the app. */
function privateMessage(note: Ephemeral): Message {
  return {
    channel: note.channel,
    ts: note.ts,
    user: '',
    text: note.text,
    blocks: note.blocks ?? [],
    metadata: null,
  };
}

/** Replies by first message. */
export function threadsOf(channel: Channel, messages: readonly Message[]): Map<string, ThreadLink> {
  const threads = new Map<string, ThreadLink>();
  for (const message of messages) {
    if (!isRoot(message)) continue;
    threads.set(message.ts, { address: placeAddress(channel, message.ts), replies: 0, lastTs: undefined });
  }
  for (const message of messages) {
    const thread = isRoot(message) ? undefined : threads.get(message.thread_ts ?? '');
    if (!thread) continue;
    thread.replies += 1;
    if (thread.lastTs === undefined || thread.lastTs < message.ts) thread.lastTs = message.ts;
  }
  return threads;
}
