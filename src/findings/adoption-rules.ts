import { createHash } from 'node:crypto';
import type { ActRefusal } from './act-types.ts';

/** A set of findings as a button names it: whoever presses means exactly these. */
export function hashOfSet(findingIds: readonly string[]): string {
  return createHash('sha256')
    .update([...findingIds].toSorted().join(','))
    .digest('hex');
}

/** The vote that waits for a second one. */
export interface OpenAdoption {
  id: string;
  findingIds: string[];
  firstBy: string;
  firstKey: string;
  firstAt: Date;
}

export type AdoptionStep = 'first' | 'second';

export type AdoptionRefusal =
  /** There is nothing to adopt any more. */
  | { why: 'nothing_to_adopt' }
  /** The set is not the one that was shown. */
  | { why: 'another_set' }
  /** One person is one vote. */
  | { why: 'own_vote'; at: Date }
  | Extract<ActRefusal, { why: 'repeated' }>;

/** Does a vote still speak of everything that is to be adopted? What is gone since doesn't matter; what came does. */
export function covers(vote: Pick<OpenAdoption, 'findingIds'>, set: readonly string[]): boolean {
  const voted = new Set(vote.findingIds);
  return set.every((id) => voted.has(id));
}

/** What pressing "adopt" does: the first or the second vote, or nothing. */
export function decideAdoption(
  set: readonly string[],
  shown: string,
  vote: OpenAdoption | null,
  isSamePerson: boolean,
): { ok: true; step: AdoptionStep } | { ok: false; refusal: AdoptionRefusal } {
  if (set.length === 0) return { ok: false, refusal: { why: 'nothing_to_adopt' } };
  if (hashOfSet(set) !== shown) return { ok: false, refusal: { why: 'another_set' } };
  if (vote === null || !covers(vote, set)) return { ok: true, step: 'first' };
  return isSamePerson
    ? { ok: false, refusal: { why: 'own_vote', at: vote.firstAt } }
    : { ok: true, step: 'second' };
}
