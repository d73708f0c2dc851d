import { useEffect, useRef } from 'react';
import type { Channel } from '../wire/types.ts';
import { placeAddress } from './use-place.ts';

export function ChannelList(props: {
  channels: readonly Channel[];
  open: Channel | undefined;
  unread: ReadonlyMap<string, number>;
  nameOf: (channel: Channel) => string;
}) {
  const rooms = props.channels.filter((channel) => !channel.is_im);
  const direct = props.channels.filter((channel) => channel.is_im);
  const list = (channels: readonly Channel[], title: string) => (
    <>
      <h2 className="channels-title">{title}</h2>
      <ul>
        {channels.map((channel) => (
          <ChannelLink key={channel.id} channel={channel} {...props} />
        ))}
      </ul>
    </>
  );
  return (
    <nav className="channels" aria-label="Channels">
      {list(rooms, 'Channels')}
      {direct.length > 0 && list(direct, 'Direct')}
    </nav>
  );
}

function ChannelLink(props: {
  channel: Channel;
  open: Channel | undefined;
  unread: ReadonlyMap<string, number>;
  nameOf: (channel: Channel) => string;
}) {
  const { channel } = props;
  const unread = props.unread.get(channel.id) ?? 0;
  const current = props.open?.id === channel.id;
  const link = useRef<HTMLAnchorElement>(null);
  // On a phone the channels are a strip that scrolls sideways.
  useEffect(() => {
    const strip = link.current?.closest('nav');
    if (!current || !link.current || !strip) return;
    // Not scrollIntoView: it also moves the place from which Tab goes on.
    const { left, right } = link.current.getBoundingClientRect();
    const frame = strip.getBoundingClientRect();
    if (left < frame.left) strip.scrollLeft -= frame.left - left;
    if (right > frame.right) strip.scrollLeft += right - frame.right;
  }, [current]);
  return (
    <li>
      <a
        ref={link}
        className="channel"
        href={placeAddress(channel)}
        aria-current={current ? 'page' : undefined}
      >
        <span className="channel-sign" aria-hidden="true">
          {channel.is_im ? '@' : '#'}
        </span>
        <span className="channel-name">{props.nameOf(channel)}</span>
        {unread > 0 && (
          <span className="channel-new">
            {unread}
            <span className="unseen"> new</span>
          </span>
        )}
      </a>
    </li>
  );
}
