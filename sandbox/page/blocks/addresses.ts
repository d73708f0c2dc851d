import type { Channel } from '../wire/types.ts';

/** Stands in the address where a channel's name would; no channel can be called that. */
export const HOME = '~home';

export function placeName(channel: Channel): string {
  return channel.is_im ? channel.id : channel.name;
}

export function placeAddress(channel: Channel, thread?: string): string {
  return `#${encodeURIComponent(placeName(channel))}${thread === undefined ? '' : `/${thread}`}`;
}

/** Leads to one message: in its thread where it is a reply. */
export function messageAddress(channel: Channel, ts: string, thread: string | undefined): string {
  return `${placeAddress(channel, thread ?? '')}/${ts}`;
}
