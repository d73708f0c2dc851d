import { useLayoutEffect, useRef, useState } from 'react';
import { useScene } from '../blocks/scene.ts';
import { dateOfTs, longDay } from '../texts/times.ts';
import type { Entry, ThreadLink } from './entries.ts';
import { MessageView } from './message-view.tsx';
import { useFollowing } from './use-following.ts';
import { usePointedAt } from './use-pointed-at.ts';

/** So many entries are drawn at first, and so many more each time: a channel of thousands opens as quickly. */
const PORTION = 60;
/** Pixels from the top at which earlier ones are fetched. */
const NEAR_TOP_PX = 120;

/** A channel's messages by day, newest in sight. */
export function EntryLog(props: {
  entries: readonly Entry[];
  threads: ReadonlyMap<string, ThreadLink>;
  at: string | undefined;
  onDismiss: (ts: string) => void;
}) {
  const { entries, at } = props;
  const { me } = useScene();
  const list = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(PORTION);
  const wanted = at === undefined ? -1 : entries.findIndex(({ message }) => message.ts === at);
  const first = Math.max(0, Math.min(entries.length - drawn, wanted < 0 ? Infinity : wanted - 5));
  const follow = useFollowing(list, entries.at(-1)?.message.ts);
  const earlier = useEarlier(list, first, () => setDrawn(entries.length - first + PORTION));
  usePointedAt(list, at);
  let day = '';
  return (
    <div
      className="entries"
      ref={list}
      role="log"
      aria-label="Messages"
      tabIndex={0}
      onScroll={() => {
        follow();
        if (first > 0 && list.current && list.current.scrollTop < NEAR_TOP_PX) earlier();
      }}
    >
      {first > 0 && (
        <button type="button" className="button entries-earlier" onClick={earlier}>
          Show earlier messages ({first})
        </button>
      )}
      {entries.slice(first).map(({ message, onlyForYou }) => {
        const itsDay = longDay(dateOfTs(message.ts), me.tz);
        const begins = itsDay !== day;
        day = itsDay;
        return (
          <div key={`${message.ts}${onlyForYou ? ' private' : ''}`}>
            {begins && <p className="day">{itsDay}</p>}
            <MessageView
              message={message}
              onlyForYou={onlyForYou}
              pointedAt={message.ts === at}
              thread={onlyForYou ? undefined : props.threads.get(message.ts)}
              onDismiss={onlyForYou ? props.onDismiss : undefined}
            />
          </div>
        );
      })}
    </div>
  );
}

/** Draws more above and leaves what one reads where it is. */
function useEarlier(
  list: React.RefObject<HTMLDivElement | null>,
  first: number,
  draw: () => void,
): () => void {
  const heightBefore = useRef<{ height: number; top: number }>(undefined);
  useLayoutEffect(() => {
    const element = list.current;
    if (!element || !heightBefore.current) return;
    const { height, top } = heightBefore.current;
    element.scrollTop = top + element.scrollHeight - height;
    heightBefore.current = undefined;
  }, [list, first]);
  return () => {
    const element = list.current;
    if (!element || heightBefore.current) return;
    heightBefore.current = { height: element.scrollHeight, top: element.scrollTop };
    draw();
  };
}
