import { useSyncExternalStore } from 'react';

/** Where the reader is, kept in the address, so that back, reload and sharing a link work. */
export interface Place {
  /** A channel's name, or the id of a direct conversation; empty at first. */
  channel: string;
  /** The first message of the thread that stands open. */
  thread: string | undefined;
  /** The message to be shown, where a link led to one. */
  at: string | undefined;
}

export function usePlace(): Place {
  const hash = useSyncExternalStore(onHash, () => location.hash);
  const [channel = '', thread = '', at = ''] = decodeURIComponent(hash.slice(1)).split('/');
  return { channel, thread: thread === '' ? undefined : thread, at: at === '' ? undefined : at };
}

function onHash(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
