import { isUserId } from '../people/who-is-who.ts';
import type { Actor } from './attempt.ts';
import { isOwn } from './find-exemption.ts';
import type { ExemptionRefusal } from './refusals.ts';
import { SECURITY_OWNER, type Closing, type Exemption } from './types.ts';

/** May they hand it in: the owner, the deputy, or somebody of security? Pure. */
export function mayHandIn(exemption: Exemption, person: Actor): boolean {
  return isOwn(exemption, person) || person.roles.has('security');
}

/** May they give it to somebody else, or take it: the same, and leads. Pure. */
export function mayReassign(exemption: Exemption, person: Actor): boolean {
  return mayHandIn(exemption, person) || person.roles.has('leads');
}

/** May they take back what was handed in: whoever did, and whoever holds it? Pure. */
export function mayWithdraw(exemption: Exemption, closing: Closing, person: Actor): boolean {
  const { ownerId, ownerKey } = exemption;
  const { submittedBy, submitterKey } = closing;
  if (submitterKey === person.key || submittedBy === person.userId) return true;
  if (ownerId === SECURITY_OWNER) return person.roles.has('security');
  return ownerKey === person.key || ownerId === person.userId;
}

/**
 * Why somebody does not review what was handed in; null: they may. Of security, and neither the owner nor the deputy, now
 * or when it was handed in (`barred`: the keys of those), nor whoever handed it in; several accounts of one person are
 * one, by what was known when they were written down and by what the policy says now (`keyOf`). What all of security
 * owns is reviewed by any other of them. Pure. Domain section 7.
 */
export function refuseReview(
  {
    exemption,
    closing,
    barred,
    keyOf = (id) => id,
  }: {
    exemption: Exemption;
    closing: Closing;
    barred: readonly string[];
    /** Of a Slack user id the person's key, as the policy has it now. */
    keyOf?: (userId: string) => string;
  },
  person: Actor,
): ExemptionRefusal | null {
  if (!person.roles.has('security')) return { why: 'not_yours' };
  const isThem = (word: string) =>
    word === person.userId || word === person.key || (isUserId(word) && keyOf(word) === person.key);
  const is = (...words: (string | null)[]) => words.some((word) => word !== null && isThem(word));
  if (is(closing.submittedBy, closing.submitterKey)) return { why: 'own_review', as: 'submitter' };
  if (is(exemption.ownerId, exemption.ownerKey)) return { why: 'own_review', as: 'owner' };
  if (is(exemption.deputyId, exemption.deputyKey)) return { why: 'own_review', as: 'deputy' };
  // Handing it over while it waits makes nobody a stranger to it.
  return is(...barred) ? { why: 'own_review', as: 'owner' } : null;
}
