import type { PlatformPolicy } from '../policy/platform.ts';
import type { Placeholder, RequestTemplate } from './render-request.ts';
import { ACTION_NAMES, type ActionName } from './types.ts';

export interface ActionFlaw {
  state: 'warning' | 'problem';
  text: string;
}

const ORDER: readonly Placeholder[] = [
  'token',
  'tenant',
  'subject',
  'amount',
  'currency',
  'operation',
  'key',
  'actor',
  'reason',
  'override',
];
const ATTEMPT: readonly Placeholder[] = ['token', 'tenant', 'subject', 'attempt', 'provider', 'reference'];

/** What each action has to fill in, and what its answer should name so that no other answer passes for it. */
const RULES: Record<ActionName, { fillable: readonly Placeholder[]; names: readonly Placeholder[] }> = {
  retry: { fillable: ORDER, names: ['subject', 'key', 'operation'] },
  mark_paid: { fillable: ORDER, names: ['subject', 'key', 'operation'] },
  reject: { fillable: ORDER, names: ['subject', 'key', 'operation'] },
  recheck: { fillable: ATTEMPT, names: ['attempt', 'reference'] },
  lookup: { fillable: ORDER, names: ['key', 'operation'] },
};

/** Pure: what of the declared actions can't work, or would believe an answer about something else. */
export function checkActions({ actions, headers, login }: PlatformPolicy): ActionFlaw[] {
  const flaws: ActionFlaw[] = [];
  for (const name of ACTION_NAMES) {
    const action = actions[name];
    if (action === undefined) continue;
    const { fillable, names } = RULES[name];
    const fields = Object.values(action.success.fields);
    const unknown = [
      ...wordsOf(action, headers).filter((word) => !fillable.includes(word)),
      ...placeholdersIn(fields).filter((word) => word === 'token' || !fillable.includes(word)),
    ];
    for (const word of new Set(unknown))
      flaws.push({ state: 'problem', text: `actions.${name}: there is no {${word}} to fill in` });
    if (action.method === 'GET' && action.body !== undefined)
      flaws.push({ state: 'problem', text: `actions.${name}: a GET carries no body` });
    if (!placeholdersIn(fields).some((word) => names.includes(word)))
      flaws.push({
        state: 'warning',
        text: `actions.${name}: success.fields names no ${names.map((word) => `{${word}}`).join(' or ')}, so an answer about another passes for this one`,
      });
  }
  for (const word of login === undefined ? [] : wordsOf(login, {}).filter((each) => each !== 'token'))
    flaws.push({ state: 'problem', text: `login: there is no {${word}} to fill in` });
  return flaws;
}

function wordsOf(
  { path, headers, body = {} }: RequestTemplate,
  common: Record<string, string>,
): Placeholder[] {
  return placeholdersIn([path, ...Object.values({ ...common, ...headers }), ...Object.values(body)]);
}

function placeholdersIn(texts: readonly string[]): Placeholder[] {
  return texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, word]) => word as Placeholder));
}
