import { useMemo, useState } from 'react';
import { SceneProvider } from '../blocks/scene.ts';
import type { Channel, WorkspaceState } from '../wire/types.ts';
import { ChannelList } from './channel-list.tsx';
import { ChannelView } from './channel-view.tsx';
import { isRoot } from './entries.ts';
import { NoticeLine, useNotice } from './notice.tsx';
import { ThreadPanel } from './thread-panel.tsx';
import { TopBar } from './top-bar.tsx';
import { TrafficPanel } from './traffic-panel.tsx';
import { useActing } from './use-acting.ts';
import { useDeeds } from './use-deeds.ts';
import { placeAddress, placeName, usePlace } from './use-place.ts';
import { useSceneValue } from './use-scene-value.ts';
import { useUnread } from './use-unread.ts';

/** The workspace as one person sees it: channels, one of them open, a thread or the traffic beside it. */
export function Desk(props: {
  state: WorkspaceState;
  problem: string | undefined;
  refresh: () => Promise<void>;
}) {
  const { state, problem, refresh } = props;
  const people = useMemo(() => state.users.filter((user) => user.is_bot !== true), [state.users]);
  const [me, chooseMe] = useActing(people);
  const [notice, tell] = useNotice();
  const [traffic, setTraffic] = useState(false);
  const place = usePlace();
  const deeds = useDeeds({ me, tell, refresh });
  const scene = useSceneValue(state, me, deeds.press);

  const channels = state.channels.filter((channel) => !channel.is_im || channel.user === me.id);
  const open = channels.find((channel) => placeName(channel) === place.channel) ?? (channels[0] as Channel);
  const inOpen = state.messages.filter((message) => message.channel === open.id);
  const notes = state.ephemerals.filter((note) => note.user === me.id && note.channel === open.id);
  const unread = useUnread(state.messages, open.id);
  const nameOf = (channel: Channel): string => (channel.is_im ? 'Mutabık' : channel.name);
  const title = open.is_im ? 'Mutabık, direct' : `#${open.name}`;
  const root = traffic ? undefined : inOpen.find((message) => message.ts === place.thread && isRoot(message));
  const closeThread = (): void => location.assign(placeAddress(open));

  return (
    <SceneProvider value={scene}>
      <title>{`${title} · Mutabık sandbox`}</title>
      <div className={root || traffic ? 'desk desk-with-panel' : 'desk'}>
        <TopBar
          now={new Date(state.now)}
          people={people}
          me={me}
          trafficOpen={traffic}
          onMove={deeds.moveClock}
          onChoose={chooseMe}
          onTraffic={() => setTraffic(!traffic)}
        />
        {problem !== undefined && (
          <p className="stale" role="alert">
            {problem} What you see may be old; trying again.
          </p>
        )}
        <ChannelList channels={channels} open={open} unread={unread} nameOf={nameOf} />
        <ChannelView
          channel={open}
          title={title}
          messages={inOpen}
          ephemerals={notes}
          onSend={(text) => deeds.say(open.id, text)}
        />
        {root && (
          <ThreadPanel
            key={root.ts}
            root={root}
            replies={inOpen.filter((message) => message.thread_ts === root.ts && !isRoot(message))}
            ephemerals={notes.filter((note) => note.thread_ts === root.ts)}
            onSend={(text) => deeds.say(open.id, text, root.ts)}
            onClose={closeThread}
          />
        )}
        {traffic && <TrafficPanel onClose={() => setTraffic(false)} />}
        <NoticeLine notice={notice} />
      </div>
    </SceneProvider>
  );
}
