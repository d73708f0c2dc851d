import { useCallback, useEffect, useRef, useState } from 'react';
import { readState } from './calls.ts';
import { keepEqual } from './keep-equal.ts';
import type { WorkspaceState } from './types.ts';

const POLL_MS = 1_000;

export interface Workspace {
  /** Undefined until the first answer. */
  state: WorkspaceState | undefined;
  /** Why the last reading failed; the last known state stays. */
  problem: string | undefined;
  refresh: () => Promise<void>;
}

/** Reads the workspace once a second while the page is visible. */
export function useWorkspace(): Workspace {
  const [state, setState] = useState<WorkspaceState>();
  const [problem, setProblem] = useState<string>();
  const last = useRef<WorkspaceState>(undefined);

  const refresh = useCallback(async () => {
    try {
      const fresh = await readState();
      const before = last.current;
      last.current = {
        ...fresh,
        users: keepEqual(before?.users, fresh.users, (user) => user.id),
        channels: keepEqual(before?.channels, fresh.channels, (channel) => channel.id),
        messages: keepEqual(before?.messages, fresh.messages, (message) => message.channel + message.ts),
        ephemerals: keepEqual(before?.ephemerals, fresh.ephemerals ?? [], (note) => note.channel + note.ts),
      };
      setState(last.current);
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }, []);

  useEffect(() => {
    let timer: number | undefined;
    let over = false;
    const turn = async (): Promise<void> => {
      if (document.visibilityState === 'visible') await refresh();
      if (!over) timer = window.setTimeout(() => void turn(), POLL_MS);
    };
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') void refresh();
    };
    document.addEventListener('visibilitychange', onVisible);
    void turn();
    return () => {
      over = true;
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [refresh]);

  return { state, problem, refresh };
}
