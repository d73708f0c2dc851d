import { useRef } from 'react';
import { useScene } from '../blocks/scene.ts';
import { dateOfTs, longDay } from '../texts/times.ts';
import type { Channel, Ephemeral, Message } from '../wire/types.ts';
import { Composer } from './composer.tsx';
import { isRoot, mergeEntries, threadsOf, type Entry, type ThreadLink } from './entries.ts';
import { MessageView } from './message-view.tsx';
import { useFollowing } from './use-following.ts';

export function ChannelView(props: {
  channel: Channel;
  title: string;
  messages: readonly Message[];
  ephemerals: readonly Ephemeral[];
  onSend: (text: string) => Promise<boolean>;
}) {
  const { channel, title } = props;
  const entries = mergeEntries(
    props.messages.filter(isRoot),
    props.ephemerals.filter((note) => !note.thread_ts),
  );
  const threads = threadsOf(channel, props.messages);
  return (
    <main className="stage" id="messages" tabIndex={-1} aria-label={title}>
      <header className="stage-head">
        <h1>{title}</h1>
        <p>{entries.length === 1 ? '1 message' : `${entries.length} messages`}</p>
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
        <Entries key={`entries ${channel.id}`} entries={entries} threads={threads} />
      )}
      <Composer key={`composer ${channel.id}`} label={`Write to ${title}`} onSend={props.onSend} />
    </main>
  );
}

function Entries(props: { entries: readonly Entry[]; threads: ReadonlyMap<string, ThreadLink> }) {
  const { me } = useScene();
  const list = useRef<HTMLDivElement>(null);
  const scroll = useFollowing(list, props.entries.at(-1)?.message.ts);
  let day = '';
  return (
    <div className="entries" ref={list} role="log" aria-label="Messages" tabIndex={0} onScroll={scroll}>
      {props.entries.map(({ message, onlyForYou }) => {
        const itsDay = longDay(dateOfTs(message.ts), me.tz);
        const begins = itsDay !== day;
        day = itsDay;
        return (
          <div key={`${message.ts}${onlyForYou ? ' private' : ''}`}>
            {begins && <p className="day">{itsDay}</p>}
            <MessageView
              message={message}
              onlyForYou={onlyForYou}
              thread={onlyForYou ? undefined : props.threads.get(message.ts)}
            />
          </div>
        );
      })}
    </div>
  );
}
