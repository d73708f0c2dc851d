import { createHash } from 'node:crypto';
import type { ActRefusal } from './act-types.ts';

/** A finding that can be taken over, and the hash of its rule, class and amount: what people see of it. */
export interface Adoptable {
  id: string;
  asked: string;
}

/** A set of findings as a button names it: whoever presses means exactly these, as they were shown. */
export function hashOfSet(set: readonly Adoptable[]): string {
  const marks = set.map(({ id, asked }) => `${id}:${asked}`);
  return createHash('sha256').update(marks.toSorted().join(',')).digest('hex');
}

/** The vote that waits for a second one. */
export interface OpenAdoption {
  id: string;
  findings: Adoptable[];
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

/**
 * Does a vote still speak of everything that is to be adopted, as it is now? What is gone since doesn't matter; what came
 * or changed does.
 */
export function covers(vote: Pick<OpenAdoption, 'findings'>, set: readonly Adoptable[]): boolean {
  const voted = new Map(vote.findings.map(({ id, asked }) => [id, asked]));
  return set.every(({ id, asked }) => voted.get(id) === asked);
}

/** What pressing "adopt" does: the first or the second vote, or nothing. */
export function decideAdoption(
  set: readonly Adoptable[],
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
