import { useMemo } from 'react';
import type { Scene } from '../blocks/scene.ts';
import type { Person, WorkspaceState } from '../wire/types.ts';
import { useTheme } from './theme.ts';

/** The scene changes once a minute at most while nothing else does, so that messages aren't drawn every second. */
export function useSceneValue(
  state: WorkspaceState,
  me: Person,
  calls: Pick<Scene, 'press' | 'suggest'>,
): Scene {
  const { press, suggest } = calls;
  const dark = useTheme() === 'dark';
  const minute = Math.floor(Date.parse(state.now) / 60_000);
  return useMemo(
    () => ({
      people: new Map(state.users.map((user) => [user.id, user])),
      channels: new Map(state.channels.map((channel) => [channel.id, channel])),
      groups: new Map(state.groups?.map((group) => [group.id, group.handle])),
      me,
      now: new Date(minute * 60_000),
      dark,
      press,
      suggest,
    }),
    [state.users, state.channels, state.groups, me, minute, dark, press, suggest],
  );
}
