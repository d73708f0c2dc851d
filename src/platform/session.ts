import type { Clock } from '../ports.ts';

/** Why no session could be opened: certainly nothing else was sent. */
export interface NoSession {
  why: 'unreachable' | 'busy' | 'unauthorised';
  /** What the platform said to the login; null: nothing. */
  status: number | null;
  retryAfterMs: number | null;
}
export type Login = () => Promise<{ token: string } | NoSession>;

export interface Session {
  /** The token to call with. */
  open(): Promise<{ token: string } | NoSession>;
  /** Another token than the one that was not let in; null: a new one would not be let in either. */
  renew(used: string): Promise<{ token: string } | NoSession | null>;
  /** A token that was just made was not let in: the session is not what is wrong. */
  wasInVain(): void;
  /** Every token there was, to be kept out of what is kept. */
  secrets(): string[];
}

/** After a new session was not let in either, no further one is opened so soon for that. */
const VAIN_MS = 60_000;
/** Answers to calls that were under way may still name tokens before this one. */
const MOST_REMEMBERED = 4;

/** Opens a session when it is first needed and again when it has run out; those who wait share one login. */
export function makeSession(login: Login, clock: Clock): Session {
  let tokens: string[] = [];
  let opening: ReturnType<Login> | null = null;
  let vainUntil = new Date(0);

  async function logIn(): ReturnType<Login> {
    opening ??= login().finally(() => (opening = null));
    const opened = await opening;
    if ('token' in opened && tokens[0] !== opened.token)
      tokens = [opened.token, ...tokens].slice(0, MOST_REMEMBERED);
    return opened;
  }

  return {
    async open() {
      const [token] = tokens;
      return token === undefined ? await logIn() : { token };
    },
    async renew(used) {
      const [token] = tokens;
      if (token !== undefined && token !== used) return { token };
      return clock.now() < vainUntil ? null : await logIn();
    },
    wasInVain() {
      vainUntil = new Date(clock.now().getTime() + VAIN_MS);
    },
    secrets: () => tokens,
  };
}
