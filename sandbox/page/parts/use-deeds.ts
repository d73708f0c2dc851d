import { useCallback, useMemo } from 'react';
import type { Scene } from '../blocks/scene.ts';
import { escape } from '../texts/escape.ts';
import * as calls from '../wire/calls.ts';
import type { Acked, GivenValues, Person, Press, Suggestions } from '../wire/types.ts';
import type { Notice } from './notice.tsx';

export type ClockStep = { advance: string } | { to: string };

export interface Deeds extends Pick<Scene, 'press' | 'suggest'> {
  submit: (viewId: string, values: GivenValues) => Promise<Acked | undefined>;
  /** Takes away the top modal, or all of them. */
  close: (viewId: string, all: boolean) => Promise<void>;
  /** Whether it was said. */
  say: (channel: string, text: string, threadTs?: string) => Promise<boolean>;
  command: (channel: string, command: string, text: string) => Promise<boolean>;
  openHome: () => Promise<void>;
  moveClock: (step: ClockStep) => Promise<void>;
}

/** While the clock moves the workspace is read this often, so that one sees it move. */
const MOVING_READ_MS = 500;

/** What the acting person can do; each tells its outcome in the notice line and reads the workspace again. */
export function useDeeds(by: {
  me: Person;
  tell: (notice: Notice) => void;
  refresh: () => Promise<void>;
}): Deeds {
  const { me, tell, refresh } = by;

  /** Undefined when the workspace didn't take it; the notice line says why. */
  const attempt = useCallback(
    async <T>(deed: () => Promise<T>): Promise<T | undefined> => {
      try {
        const done = await deed();
        await refresh();
        return done;
      } catch (error) {
        tell({ tone: 'bad', text: error instanceof Error ? error.message : String(error) });
        return undefined;
      }
    },
    [tell, refresh],
  );

  const tellAck = useCallback(
    (what: string, acked: Acked) => {
      const refused = acked.error !== undefined || (acked.status !== undefined && acked.status >= 400);
      const outcome = refused
        ? (acked.error ?? `status ${acked.status}`)
        : `acknowledged in ${acked.ack_ms ?? '?'} ms`;
      tell({ tone: refused ? 'bad' : 'good', text: `${what} as ${me.name}: ${outcome}` });
    },
    [me.name, tell],
  );

  return useMemo(
    () => ({
      press: (press: Press) =>
        attempt(async () => {
          const acked = await calls.click({ ...press, user: me.id });
          tellAck(press.action_id, acked);
          return acked;
        }),
      suggest: async (question): Promise<Suggestions> =>
        (await attempt(() => calls.suggest({ ...question, user: me.id }))) ?? { error: 'No answer.' },
      submit: (viewId, values) => attempt(() => calls.submit({ user: me.id, view_id: viewId, values })),
      close: async (viewId, all) => {
        await attempt(() => calls.close({ user: me.id, view_id: viewId, ...(all ? { all } : {}) }));
      },
      say: async (channel, text, threadTs) => {
        const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
        const words = { user: me.id, channel, text: escape(text), ...thread };
        return (await attempt(() => calls.say(words).then(() => true))) ?? false;
      },
      command: async (channel, command, text) => {
        const acked = await attempt(() => calls.command({ user: me.id, channel, command, text }));
        if (acked) tellAck(command, acked);
        return acked !== undefined && acked.error === undefined;
      },
      openHome: async () => {
        await attempt(() => calls.openHome(me.id));
      },
      moveClock: async (step) => {
        const reading = window.setInterval(() => void refresh(), MOVING_READ_MS);
        await attempt(() => calls.moveClock(step));
        window.clearInterval(reading);
      },
    }),
    [me.id, attempt, tellAck, refresh],
  );
}
