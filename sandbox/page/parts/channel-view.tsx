import type { Channel, Ephemeral, Message, Person } from '../wire/types.ts';
import { Composer } from './composer.tsx';
import { isRoot, mergeEntries, threadsOf } from './entries.ts';
import { EntryLog } from './entry-log.tsx';
import type { Deeds } from './use-deeds.ts';

export function ChannelView(props: {
  channel: Channel;
  title: string;
  me: Person;
  messages: readonly Message[];
  ephemerals: readonly Ephemeral[];
  /** ts of the message that a link led to. */
  at: string | undefined;
  deeds: Deeds;
  onDismiss: (ts: string) => void;
}) {
  const { channel, title, me, deeds } = props;
  const entries = mergeEntries(
    props.messages.filter(isRoot),
    props.ephemerals.filter((note) => !note.thread_ts),
  );
  const outside = channel.members !== undefined && !channel.members.includes(me.id);
  return (
    <main className="stage" id="messages" tabIndex={-1} aria-label={title}>
      <header className="stage-head">
        <h1>{title}</h1>
        <p>{entries.length === 1 ? '1 message' : `${entries.length} messages`}</p>
        {outside && <p className="tag">{me.name} is not a member</p>}
      </header>
      {entries.length === 0 ? (
        <div className="empty">
          <p className="empty-title">Nothing here yet</p>
          <p>
            {channel.is_im ? 'What the app tells this person alone' : `What is said in ${title}`} will stand
            here. Move the clock on to let schedules speak.
          </p>
        </div>
      ) : (
        <EntryLog
          key={`entries ${channel.id}`}
          entries={entries}
          threads={threadsOf(channel, props.messages)}
          at={props.at}
          onDismiss={props.onDismiss}
        />
      )}
      <Composer
        key={`composer ${channel.id}`}
        label={`Write to ${title}`}
        onSend={(text) => deeds.say(channel.id, text)}
        onCommand={(command, text) => deeds.command(channel.id, command, text)}
      />
    </main>
  );
}
