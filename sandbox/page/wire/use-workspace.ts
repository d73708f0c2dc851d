import { useCallback, useEffect, useRef, useState } from 'react';
import { readState } from './calls.ts';
import { keepEqual } from './keep-equal.ts';
import type { WorkspaceState } from './types.ts';

const POLL_MS = 1_000;
/** After an act the answers of the app come soon: so often and so long the workspace is read then. */
const EAGER_POLL_MS = 250;
const EAGER_FOR_MS = 4_000;

export interface Workspace {
  /** Undefined until the first answer. */
  state: WorkspaceState | undefined;
  /** Why the last reading failed; the last known state stays. */
  problem: string | undefined;
  /** Reads at once, and more often for some seconds. */
  refresh: () => Promise<void>;
}

/** Reads the workspace once a second while the page is visible. */
export function useWorkspace(): Workspace {
  const [state, setState] = useState<WorkspaceState>();
  const [problem, setProblem] = useState<string>();
  const last = useRef<WorkspaceState>(undefined);
  const readings = useRef({ begun: 0, shown: 0 });
  const eagerUntil = useRef(0);

  const read = useCallback(async () => {
    const mine = ++readings.current.begun;
    try {
      const fresh = await readState();
      // An answer that was overtaken by a later question's is old.
      if (mine < readings.current.shown) return;
      readings.current.shown = mine;
      last.current = keepWhatStayed(last.current, fresh);
      setState(last.current);
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }, []);

  const refresh = useCallback(async () => {
    eagerUntil.current = performance.now() + EAGER_FOR_MS;
    await read();
  }, [read]);

  useEffect(() => {
    let timer: number | undefined;
    let over = false;
    const turn = async (): Promise<void> => {
      if (document.visibilityState === 'visible') await read();
      const eager = performance.now() < eagerUntil.current;
      if (!over) timer = window.setTimeout(() => void turn(), eager ? EAGER_POLL_MS : POLL_MS);
    };
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') void read();
    };
    document.addEventListener('visibilitychange', onVisible);
    void turn();
    return () => {
      over = true;
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [read]);

  return { state, problem, refresh };
}

function keepWhatStayed(before: WorkspaceState | undefined, fresh: WorkspaceState): WorkspaceState {
  return {
    ...fresh,
    users: keepEqual(before?.users, fresh.users, (user) => user.id),
    ...(fresh.groups && { groups: keepEqual(before?.groups, fresh.groups, (group) => group.id) }),
    channels: keepEqual(before?.channels, fresh.channels, (channel) => channel.id),
    messages: keepEqual(before?.messages, fresh.messages, (message) => message.channel + message.ts),
    ephemerals: keepEqual(before?.ephemerals, fresh.ephemerals ?? [], (note) => note.channel + note.ts),
    views: mapValues(fresh.views, (views, name) => keepEqual(before?.views[name], views, (view) => view.id)),
    homes: mapValues(fresh.homes, (home, name) =>
      before?.homes[name]?.hash === home.hash ? before.homes[name] : home,
    ),
  };
}

function mapValues<T>(
  record: Record<string, T> | undefined,
  map: (value: T, key: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, map(value, key)]));
}
