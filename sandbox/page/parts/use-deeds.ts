import { useCallback } from 'react';
import * as calls from '../wire/calls.ts';
import { escape } from '../texts/escape.ts';
import type { Acked, Click, Person } from '../wire/types.ts';
import type { Notice } from './notice.tsx';

export interface Deeds {
  press: (click: Omit<Click, 'user'>) => Promise<Acked | undefined>;
  /** Whether it was said. */
  say: (channel: string, text: string, threadTs?: string) => Promise<boolean>;
  moveClock: (step: { advance: string } | { to: string }) => Promise<void>;
}

/** What the acting person can do; each tells its outcome in the notice line and reads the workspace again. */
export function useDeeds(by: {
  me: Person;
  tell: (notice: Notice) => void;
  refresh: () => Promise<void>;
}): Deeds {
  const { me, tell, refresh } = by;
  const fail = useCallback(
    (error: unknown) => tell({ tone: 'bad', text: error instanceof Error ? error.message : String(error) }),
    [tell],
  );

  const press = useCallback(
    async (click: Omit<Click, 'user'>) => {
      try {
        const acked = await calls.click({ ...click, user: me.id });
        const refused = acked.error !== undefined || (acked.status !== undefined && acked.status >= 400);
        const outcome = refused
          ? (acked.error ?? `status ${acked.status}`)
          : `acknowledged in ${acked.ack_ms ?? '?'} ms`;
        tell({ tone: refused ? 'bad' : 'good', text: `${click.action_id} as ${me.name}: ${outcome}` });
        await refresh();
        return acked;
      } catch (error) {
        fail(error);
        return undefined;
      }
    },
    [me.id, me.name, tell, refresh, fail],
  );

  const say = async (channel: string, text: string, threadTs?: string): Promise<boolean> => {
    try {
      await calls.say({
        user: me.id,
        channel,
        text: escape(text),
        ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
      });
      await refresh();
      return true;
    } catch (error) {
      fail(error);
      return false;
    }
  };

  const moveClock = async (step: { advance: string } | { to: string }): Promise<void> => {
    try {
      await calls.moveClock(step);
      await refresh();
    } catch (error) {
      fail(error);
    }
  };

  return { press, say, moveClock };
}
