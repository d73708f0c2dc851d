import { plainName, type Account } from '../people/who-is-who.ts';
import type { SlackUser } from '../ports.ts';
import { foldWord } from './import-words.ts';

export interface ImportPeople {
  /** Everybody of the workspace. */
  users: readonly SlackUser[];
  /** One key per human, by the policy. */
  keyOf: (account: Account) => string;
}

/** Somebody of the file as our row knows them, or why nobody is meant. */
export type NamedPerson = { ok: true; id: string; key: string } | { ok: false; reason: string };

/** Whom a cell means: a Slack id, a mention, @name, or the name shown; one person of our workspace, or a reason. */
export function personNamed(cell: string, { users, keyOf }: ImportPeople): NamedPerson {
  const word = /^<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>$/u.exec(cell)?.[1] ?? cell;
  const exact = users.filter(({ id, name }) => id === word || plainName(name) === plainName(word));
  const meant =
    exact.length > 0 ? exact : users.filter(({ realName }) => foldWord(realName) === foldWord(word));
  const fit = meant.filter((user) => !user.isDeleted && !user.isGuest && !user.isStranger && !user.isBot);
  const [only] = fit;
  if (fit.length > 1)
    return { ok: false, reason: `"${cell}" is the name of ${fit.length} people: write a Slack id` };
  if (only !== undefined) return { ok: true, id: only.id, key: keyOf(only) };
  return meant.length === 0
    ? { ok: false, reason: `nobody here is called "${cell}"` }
    : { ok: false, reason: `"${cell}" can't hold it: deactivated, a guest, an app, or of another workspace` };
}
