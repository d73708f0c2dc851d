import { useEffect, useRef } from 'react';

export function PlaceLink(props: {
  address: string;
  sign: string;
  name: string;
  unread: number;
  current: boolean;
}) {
  const { current, unread } = props;
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
      <a ref={link} className="channel" href={props.address} aria-current={current ? 'page' : undefined}>
        <span className="channel-sign" aria-hidden="true">
          {props.sign}
        </span>
        <span className="channel-name">{props.name}</span>
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
