import { HOME, placeAddress } from '../blocks/addresses.ts';
import type { Channel } from '../wire/types.ts';
import { PlaceLink } from './place-link.tsx';

/** The app's Home, its direct message with the person, and the channels. */
export function ChannelList(props: {
  channels: readonly Channel[];
  /** The open channel; undefined while Home is open. */
  open: Channel | undefined;
  unread: ReadonlyMap<string, number>;
}) {
  const rooms = props.channels.filter((channel) => !channel.is_im);
  const direct = props.channels.filter((channel) => channel.is_im);
  const link = (channel: Channel, sign: string, name: string) => (
    <PlaceLink
      key={channel.id}
      address={placeAddress(channel)}
      sign={sign}
      name={name}
      unread={props.unread.get(channel.id) ?? 0}
      current={props.open?.id === channel.id}
    />
  );
  return (
    <nav className="channels" aria-label="Channels">
      <h2 className="channels-title">Mutabık</h2>
      <ul>
        <PlaceLink address={`#${HOME}`} sign="⌂" name="Home" unread={0} current={props.open === undefined} />
        {direct.map((channel) => link(channel, '@', 'Direct messages'))}
      </ul>
      <h2 className="channels-title">Channels</h2>
      <ul>{rooms.map((channel) => link(channel, '#', channel.name))}</ul>
    </nav>
  );
}
