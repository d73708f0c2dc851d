import type { PlatformPolicy } from '../policy/platform.ts';
import { fill, type Values } from './render-request.ts';
import { idAt, wordAt } from './pointer.ts';
import type { ProviderAnswer, RefusalMeaning } from './types.ts';

/** What an answer says by its status and its JSON; undefined JSON is none, or one that is too long. */
export interface Said {
  status: number;
  text: string;
  json: unknown;
}

type Actions = PlatformPolicy['actions'];
export type Change = NonNullable<Actions['retry']>;
export type Ask = NonNullable<Actions['recheck']>;
export type LookUp = NonNullable<Actions['lookup']>;

/** Why an answer proves nothing. */
type Unproven = { as: 'unproven'; why: 'status' | 'shape' };

export type SendVerdict =
  | { as: 'succeeded'; attemptId: string | null }
  | { as: 'refused'; code: string; means: RefusalMeaning }
  | Unproven;

/** Was the change made? Only what the policy declares proves it, either way. Pure. */
export function judgeSend(change: Change, codeAt: string[], said: Said, values: Values): SendVerdict {
  const refusal = findListed(change.refusals, codeAt, said);
  if (refusal !== undefined) return { as: 'refused', code: refusal.code, means: refusal.means };
  const trouble = troubleOf(change.success, said, values);
  if (trouble !== null) return trouble;
  const { attempt_id: pointer } = change.success;
  if (pointer === undefined) return { as: 'succeeded', attemptId: null };
  const attemptId = idAt(said.json, pointer);
  return attemptId === undefined ? { as: 'unproven', why: 'shape' } : { as: 'succeeded', attemptId };
}

export type LookUpVerdict = SendVerdict | { as: 'pending' } | { as: 'not_found' };

/** What became of the operation with our key, as the platform keeps it. Pure. */
export function judgeLookUp(
  lookUp: LookUp,
  refusals: Change['refusals'],
  codeAt: string[],
  said: Said,
  values: Values,
): LookUpVerdict {
  if (findListed(lookUp.not_found, codeAt, said) !== undefined) return { as: 'not_found' };
  const trouble = troubleOf(lookUp.success, said, values);
  if (trouble !== null) return trouble;
  const { at, code: codePointer, succeeded, refused, pending } = lookUp.outcome;
  const as = onlyOne(wordAt(said.json, at), { succeeded, refused, pending });
  switch (as) {
    case null:
      return { as: 'unproven', why: 'shape' };
    case 'pending':
      return { as };
    case 'succeeded': {
      const pointer = lookUp.success.attempt_id;
      return { as, attemptId: pointer === undefined ? null : (idAt(said.json, pointer) ?? null) };
    }
    case 'refused': {
      const code = (codePointer === undefined ? undefined : idAt(said.json, codePointer)) ?? 'refused';
      return { as, code, means: refusals.find((listed) => listed.code === code)?.means ?? 'other' };
    }
  }
}

/** What the provider says about an attempt; what is not exactly that is an error, which proves nothing. Pure. */
export function judgeAsk(ask: Ask, said: Said, values: Values): ProviderAnswer {
  if (troubleOf(ask.success, said, values) !== null) return 'error';
  const { at, ...words } = ask.answer;
  return onlyOne(wordAt(said.json, at), words) ?? 'error';
}

/** Is it an answer that the policy lists by status and code? */
function findListed<T extends { status: number; code: string }>(
  listed: readonly T[],
  codeAt: string[],
  { status, json }: Said,
): T | undefined {
  const code = codeAt.map((pointer) => wordAt(json, pointer)).find((word) => word !== undefined);
  return listed.find((each) => each.status === status && each.code === code);
}

/** Null: the declared status, and every declared field says what it must. */
function troubleOf(
  success: Change['success'],
  { status, text, json }: Said,
  values: Values,
): Unproven | null {
  if (!success.status.includes(status)) return { as: 'unproven', why: 'status' };
  const fields = Object.entries(success.fields);
  // It has no content by definition (RFC 9110, 15.3.5), so the status is all there is to declare.
  if (status === 204 && text === '' && fields.length === 0) return null;
  if (typeof json !== 'object' || json === null) return { as: 'unproven', why: 'shape' };
  const isSaid = fields.every(([pointer, template]) => {
    const must = fill(template, values);
    return must !== null && wordAt(json, pointer) === must;
  });
  return isSaid ? null : { as: 'unproven', why: 'shape' };
}

/** The list that has the word; null: none has it, or more than one. */
function onlyOne<K extends string>(word: string | undefined, lists: Record<K, string[]>): K | null {
  if (word === undefined) return null;
  const having = (Object.keys(lists) as K[]).filter((name) => lists[name].includes(word));
  return having.length === 1 ? (having[0] ?? null) : null;
}
