import { placeAddress } from '../blocks/addresses.ts';
import type { Channel, Ephemeral, Message, Person } from '../wire/types.ts';
import { ChannelView } from './channel-view.tsx';
import { isRoot } from './entries.ts';
import { ThreadPanel } from './thread-panel.tsx';
import type { Deeds } from './use-deeds.ts';
import { useDismissed } from './use-dismissed.ts';

/** A channel, and beside it the thread that stands open. */
export function Room(props: {
  channel: Channel;
  title: string;
  me: Person;
  messages: readonly Message[];
  ephemerals: readonly Ephemeral[];
  /** First message of the open thread. */
  root: Message | undefined;
  /** ts of the message that a link led to. */
  at: string | undefined;
  deeds: Deeds;
}) {
  const { channel, me, messages, root, at, deeds } = props;
  const [isDismissed, dismiss] = useDismissed();
  const notes = props.ephemerals.filter(
    (note) => note.user === me.id && note.channel === channel.id && !isDismissed(note),
  );
  return (
    <>
      <ChannelView
        channel={channel}
        title={props.title}
        me={me}
        messages={messages}
        ephemerals={notes}
        at={root ? undefined : at}
        deeds={deeds}
        onDismiss={dismiss}
      />
      {root && (
        <ThreadPanel
          key={root.ts}
          root={root}
          replies={messages.filter((message) => message.thread_ts === root.ts && !isRoot(message))}
          ephemerals={notes.filter((note) => note.thread_ts === root.ts)}
          at={at}
          onSend={(text) => deeds.say(channel.id, text, root.ts)}
          onClose={() => location.assign(placeAddress(channel))}
          onDismiss={dismiss}
        />
      )}
    </>
  );
}
