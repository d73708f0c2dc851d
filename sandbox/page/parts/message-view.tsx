import { memo, useMemo } from 'react';
import { Blocks } from '../blocks/draw-blocks.tsx';
import { Mrkdwn } from '../blocks/rich-text.tsx';
import { Boundary } from '../blocks/boundary.tsx';
import { SpotProvider, useScene } from '../blocks/scene.ts';
import { clockTime, dateOfTs, exactTime } from '../texts/times.ts';
import type { DrawnBlock, Message } from '../wire/types.ts';
import { Avatar } from './avatar.tsx';
import type { ThreadLink } from './entries.ts';
import { FileList } from './file-list.tsx';

interface MessageProps {
  message: Message;
  /** Absent for replies. */
  thread?: ThreadLink | undefined;
  /** Shown to one person only. */
  onlyForYou?: boolean;
  /** A link led here. */
  pointedAt?: boolean;
  /** For what is shown to one person: takes it away. */
  onDismiss?: ((ts: string) => void) | undefined;
}

/** A message or a reply. Drawn again only when the workspace's copy of it or its thread changed. */
export const MessageView = memo(Drawn, sameMessage);

function Drawn(props: MessageProps) {
  const { message, thread, onlyForYou = false, pointedAt = false, onDismiss } = props;
  const { people, me } = useScene();
  const author = people.get(message.user);
  const bot = isBot(message, author?.is_bot);
  const name = author?.real_name ?? author?.name ?? 'Mutabık';
  const at = dateOfTs(message.ts);
  const spot = useMemo(() => ({ channel: message.channel, ts: message.ts }), [message.channel, message.ts]);
  return (
    <article
      className={`message${onlyForYou ? ' message-private' : ''}${pointedAt ? ' message-pointed' : ''}`}
      data-ts={message.ts}
      tabIndex={pointedAt ? -1 : undefined}
      aria-label={`${name}, ${clockTime(at, me.tz)}`}
    >
      <Avatar name={name} bot={bot} />
      <div className="message-body">
        <header className="message-head">
          <span className="message-author">{name}</span>
          {bot && <span className="tag">app</span>}
          <time dateTime={at.toISOString()} title={exactTime(at, me.tz)}>
            {clockTime(at, me.tz)}
          </time>
          {Boolean(message.edited) && <span className="message-edited">edited</span>}
          {onlyForYou && <span className="message-only">Only visible to you</span>}
          {onDismiss && (
            <button type="button" className="message-dismiss" onClick={() => onDismiss(message.ts)}>
              Dismiss
            </button>
          )}
        </header>
        <SpotProvider value={spot}>
          <Content text={message.text} blocks={message.blocks ?? []} />
        </SpotProvider>
        {message.files && message.files.length > 0 && <FileList files={message.files} />}
        {thread && <ThreadLine thread={thread} />}
      </div>
    </article>
  );
}

/** Messages are kept equal by the poll; thread links are counted anew each time. */
function sameMessage(before: MessageProps, after: MessageProps): boolean {
  return (
    before.message === after.message &&
    before.onlyForYou === after.onlyForYou &&
    before.pointedAt === after.pointedAt &&
    before.thread?.replies === after.thread?.replies &&
    before.thread?.lastTs === after.thread?.lastTs
  );
}

function Content({ text, blocks }: { text: string; blocks: readonly DrawnBlock[] }) {
  // Another content begins anew: what was chosen in the old one is no choice in it.
  if (blocks.length > 0) return <Blocks key={JSON.stringify(blocks)} blocks={blocks} />;
  if (text === '') return null;
  return (
    <Boundary key={text} what={{ text }}>
      <Mrkdwn text={text} />
    </Boundary>
  );
}

function ThreadLine({ thread }: { thread: ThreadLink }) {
  const { me } = useScene();
  const { replies, lastTs } = thread;
  if (replies === 0) {
    return (
      <a className="thread-link thread-link-empty" href={thread.address}>
        Reply in thread
      </a>
    );
  }
  return (
    <a className="thread-link" href={thread.address}>
      {replies === 1 ? '1 reply' : `${replies} replies`}
      {lastTs !== undefined && (
        <span className="thread-last">last at {clockTime(dateOfTs(lastTs), me.tz)}</span>
      )}
    </a>
  );
}

/** Only an app posts with blocks or metadata; people here write plain text. */
function isBot(message: Message, declared: boolean | undefined): boolean {
  return declared ?? (message.user === '' || (message.blocks?.length ?? 0) > 0 || Boolean(message.metadata));
}
