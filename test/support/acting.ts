import { waitFor } from './wait-for.ts';
import type { ShownMessage } from './channel.ts';
import type { Stage } from './stage.ts';

export interface ShownView {
  id: string;
  hash: string;
  callback_id?: string;
  private_metadata?: string;
  title: { text: string };
  blocks: Record<string, unknown>[];
}

interface ShownState {
  users: { id: string; name: string }[];
  channels: { id: string; name: string }[];
  messages: ShownMessage[];
  ephemerals: { ts: string; user: string; channel: string; text: string; blocks: unknown[] }[];
  views: Record<string, ShownView[]>;
}

/** What acts answer: {ack_ms, status, error?} of a press, errors of a modal, the reply of a command. */
export interface Acknowledged {
  ack_ms: number;
  status: number;
  error?: string;
  errors?: Record<string, string>;
  reply?: { text?: string; blocks?: unknown[] };
}

/** Values of a modal's inputs whose block and action bear one name. */
export type Typed = Record<string, string>;

/** People who act on the local workspace, through the front door of the app. */
export function actingOn(stage: Pick<Stage, 'workspace'>) {
  const act = async (path: string, body: object): Promise<Acknowledged> => {
    const response = await fetch(`${stage.workspace.url}/sandbox/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return (await response.json()) as Acknowledged;
  };
  const state = async (): Promise<ShownState> =>
    (await (await fetch(`${stage.workspace.url}/sandbox/state`)).json()) as ShownState;
  const top = async (user: string): Promise<ShownView | undefined> => (await state()).views[user]?.at(-1);
  return {
    act,
    state,
    top,
    /** Presses a button of a message, and gives the ack. */
    press: (user: string, channel: string, ts: string, actionId: string, value?: string) =>
      act('click', { user, channel, ts, action_id: actionId, ...(value === undefined ? {} : { value }) }),
    pressIn: (user: string, viewId: string, more: object) => act('click', { user, view_id: viewId, ...more }),
    submit: (user: string, viewId: string, typed: Typed) =>
      act('submit', {
        user,
        view_id: viewId,
        values: Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, { [name]: value }])),
      }),
    command: (user: string, command: string, text: string, channel = 'finance-ops') =>
      act('command', { user, channel, command, text }),
    /** The modal on top once it shows these words. */
    topWith: (user: string, words: string): Promise<ShownView> =>
      waitFor(
        `a modal with ${words}`,
        async () => {
          const view = await top(user);
          return JSON.stringify(view?.blocks ?? '').includes(words) ? view : undefined;
        },
        30_000,
      ),
    /** The modal on top once it is about this row, whatever it says of it. */
    topAbout: (user: string, id: string): Promise<ShownView> =>
      waitFor(
        `a modal about ${id}`,
        async () => {
          const view = await top(user);
          return view?.private_metadata?.includes(id) === true ? view : undefined;
        },
        30_000,
      ),
    /** The newest thing said to one person alone, once it holds these words. */
    toldWith: (user: string, words: string) =>
      waitFor(
        `${user} is told ${words}`,
        async () => {
          const { users, ephemerals } = await state();
          const id = users.find(({ name }) => name === user)?.id;
          return ephemerals.findLast((one) => one.user === id && one.text.includes(words));
        },
        30_000,
      ),
    idOf: async (user: string): Promise<string> =>
      (await state()).users.find(({ name }) => name === user)?.id ?? '',
  };
}
