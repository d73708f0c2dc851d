import { useSyncExternalStore } from 'react';
import type { Channel } from '../wire/types.ts';

/** Where the reader is, kept in the address, so that back, reload and sharing a link work. */
export interface Place {
  /** A channel's name, or the id of a direct conversation; empty at first. */
  channel: string;
  /** The first message of the thread that stands open. */
  thread: string | undefined;
}

export function usePlace(): Place {
  const hash = useSyncExternalStore(onHash, () => location.hash);
  const [channel = '', thread] = decodeURIComponent(hash.slice(1)).split('/');
  return { channel, thread: thread === '' ? undefined : thread };
}

export function placeName(channel: Channel): string {
  return channel.is_im ? channel.id : channel.name;
}

export function placeAddress(channel: Channel, thread?: string): string {
  return `#${encodeURIComponent(placeName(channel))}${thread === undefined ? '' : `/${thread}`}`;
}

function onHash(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
