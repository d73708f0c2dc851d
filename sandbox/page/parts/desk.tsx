import { useMemo, useState } from 'react';
import { HOME, placeName } from '../blocks/addresses.ts';
import { SceneProvider } from '../blocks/scene.ts';
import { ModalStack } from '../modals/modal-stack.tsx';
import type { Channel, WorkspaceState } from '../wire/types.ts';
import { ChannelList } from './channel-list.tsx';
import { isRoot } from './entries.ts';
import { HomeView } from './home-view.tsx';
import { NoticeLine, useNotice } from './notice.tsx';
import { Room } from './room.tsx';
import { TopBar } from './top-bar.tsx';
import { TrafficPanel } from '../traffic/traffic-panel.tsx';
import { useActing } from './use-acting.ts';
import { useDeeds } from './use-deeds.ts';
import { usePlace } from './use-place.ts';
import { useSceneValue } from './use-scene-value.ts';
import { useUnread } from './use-unread.ts';

const NO_VIEWS: never[] = [];

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
  const scene = useSceneValue(state, me, deeds);

  const channels = state.channels.filter((channel) => !channel.is_im || channel.user === me.id);
  const named = channels.find((channel) => placeName(channel) === place.channel);
  const open = place.channel === HOME ? undefined : (named ?? (channels[0] as Channel));
  const inOpen = state.messages.filter((message) => message.channel === open?.id);
  const unread = useUnread(state.messages, open?.id);
  const title = open === undefined ? 'Home' : open.is_im ? 'Direct messages' : `#${open.name}`;
  const root = traffic ? undefined : inOpen.find((message) => message.ts === place.thread && isRoot(message));
  const views = state.views[me.name] ?? NO_VIEWS;
  const shownNotice = <NoticeLine notice={notice} />;

  return (
    <SceneProvider value={scene}>
      <title>{`${title} · Mutabık sandbox`}</title>
      <div
        className={`desk${root || traffic ? ' desk-with-panel' : ''}${traffic ? ' desk-with-traffic' : ''}`}
      >
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
        <ChannelList channels={channels} open={open} unread={unread} />
        {open ? (
          <Room
            channel={open}
            title={title}
            me={me}
            messages={inOpen}
            ephemerals={state.ephemerals}
            root={root}
            at={place.at}
            deeds={deeds}
          />
        ) : (
          <HomeView key={`home ${me.id}`} me={me} view={state.homes[me.name]} onOpen={deeds.openHome} />
        )}
        {traffic && <TrafficPanel onClose={() => setTraffic(false)} />}
        {views.length === 0 && shownNotice}
        <ModalStack key={`modals ${me.id}`} views={views} deeds={deeds}>
          {views.length > 0 && shownNotice}
        </ModalStack>
      </div>
    </SceneProvider>
  );
}
