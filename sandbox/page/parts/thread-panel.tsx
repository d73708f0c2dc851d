import type { Ephemeral, Message } from '../wire/types.ts';
import { Composer } from './composer.tsx';
import { mergeEntries } from './entries.ts';
import { MessageView } from './message-view.tsx';
import { SidePanel } from './side-panel.tsx';

export function ThreadPanel(props: {
  root: Message;
  replies: readonly Message[];
  ephemerals: readonly Ephemeral[];
  onSend: (text: string) => Promise<boolean>;
  onClose: () => void;
}) {
  const entries = mergeEntries(props.replies, props.ephemerals);
  const count = props.replies.length;
  return (
    <SidePanel title="Thread" closeLabel="Close thread" onClose={props.onClose}>
      <div className="panel-entries" tabIndex={0} role="log" aria-label="Thread">
        <MessageView message={props.root} />
        <p className="day">{count === 0 ? 'No replies yet' : count === 1 ? '1 reply' : `${count} replies`}</p>
        {entries.map(({ message, onlyForYou }) => (
          <MessageView
            key={`${message.ts}${onlyForYou ? ' private' : ''}`}
            message={message}
            onlyForYou={onlyForYou}
          />
        ))}
      </div>
      <Composer label="Reply in thread" onSend={props.onSend} />
    </SidePanel>
  );
}
