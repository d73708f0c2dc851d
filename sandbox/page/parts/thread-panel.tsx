import { useRef } from 'react';
import type { Ephemeral, Message } from '../wire/types.ts';
import { Composer } from './composer.tsx';
import { mergeEntries } from './entries.ts';
import { MessageView } from './message-view.tsx';
import { SidePanel } from './side-panel.tsx';
import { useFollowing } from './use-following.ts';
import { usePointedAt } from './use-pointed-at.ts';

export function ThreadPanel(props: {
  root: Message;
  replies: readonly Message[];
  ephemerals: readonly Ephemeral[];
  onSend: (text: string) => Promise<boolean>;
  onClose: () => void;
  /** ts of the reply that a link led to. */
  at: string | undefined;
  onDismiss: (ts: string) => void;
}) {
  const { at } = props;
  const list = useRef<HTMLDivElement>(null);
  const entries = mergeEntries(props.replies, props.ephemerals);
  const follow = useFollowing(list, entries.at(-1)?.message.ts);
  usePointedAt(list, at);
  const count = props.replies.length;
  return (
    <SidePanel title="Thread" closeLabel="Close thread" onClose={props.onClose}>
      <div className="panel-entries" ref={list} tabIndex={0} role="log" aria-label="Thread" onScroll={follow}>
        <MessageView message={props.root} />
        <p className="day">{count === 0 ? 'No replies yet' : count === 1 ? '1 reply' : `${count} replies`}</p>
        {entries.map(({ message, onlyForYou }) => (
          <MessageView
            key={`${message.ts}${onlyForYou ? ' private' : ''}`}
            message={message}
            onlyForYou={onlyForYou}
            pointedAt={message.ts === at}
            onDismiss={onlyForYou ? props.onDismiss : undefined}
          />
        ))}
      </div>
      <Composer label="Reply in thread" onSend={props.onSend} />
    </SidePanel>
  );
}
