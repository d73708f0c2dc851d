import type { MessageProps } from 'slack-blocks-to-jsx';
import { parsePermalink } from '../texts/permalink.ts';
import { exactTime, slackDate } from '../texts/times.ts';
import { messageAddress } from './addresses.ts';
import { useScene } from './scene.ts';

/**
 * The library reads its `data` once, so names are looked up by components of ours that it calls back for. The
 * object never changes.
 */
export const mentionHooks: NonNullable<MessageProps['hooks']> = {
  user: ({ id }) => <PersonMention id={id} />,
  channel: ({ id }) => <ChannelMention id={id} />,
  usergroup: ({ id }) => <GroupMention id={id} />,
  atHere: () => <span className="mention mention-loud">@here</span>,
  atChannel: () => <span className="mention mention-loud">@channel</span>,
  atEveryone: () => <span className="mention mention-loud">@everyone</span>,
  date: ({ timestamp, format }) => <LocalDate unixSeconds={Number(timestamp)} pattern={format} />,
  link: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
};

function PersonMention({ id }: { id: string }) {
  const { people, me } = useScene();
  const name = people.get(id)?.name ?? id;
  return <span className={me.id === id ? 'mention mention-me' : 'mention'}>@{name}</span>;
}

/** Loud for the people in it: it is they who are told. */
function GroupMention({ id }: { id: string }) {
  const { groups, me } = useScene();
  const handle = groups.get(id);
  const mine = handle !== undefined && me.groups.includes(handle);
  return <span className={mine ? 'mention mention-me' : 'mention'}>@{handle ?? id}</span>;
}

function ChannelMention({ id }: { id: string }) {
  const name = useScene().channels.get(id)?.name;
  if (name === undefined) return <span className="mention">#{id}</span>;
  return (
    <a className="mention" href={`#${name}`}>
      #{name}
    </a>
  );
}

function LocalDate({ unixSeconds, pattern }: { unixSeconds: number; pattern: string }) {
  const { me, now } = useScene();
  const at = new Date(unixSeconds * 1_000);
  return (
    <time dateTime={at.toISOString()} title={exactTime(at, me.tz)}>
      {slackDate(pattern, unixSeconds, { zone: me.tz, locale: me.locale, now })}
    </time>
  );
}

/** A permalink of this workspace leads to its message here. */
function SafeLink({ href, children }: { href: string; children: React.ReactNode }) {
  const { channels } = useScene();
  const permalink = parsePermalink(href);
  const channel = permalink && channels.get(permalink.channel);
  if (permalink && channel) {
    return (
      <a className="link" href={messageAddress(channel, permalink.ts, permalink.threadTs)}>
        {children}
      </a>
    );
  }
  if (!/^(https?:\/\/|mailto:)/i.test(href)) return <span>{children}</span>;
  return (
    <a className="link" href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}
