import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { take } from '../escalations/acknowledge.ts';
import type { EscalationDeps } from '../escalations/deps.ts';
import { lockOpenFor } from '../escalations/store.ts';
import type { UserId } from '../ids.ts';
import { actorOf, type Person, type Role } from '../people/types.ts';
import { episodeSubject, sloNamed, type SloDeps } from './deps.ts';
import { markAcknowledged, readEpisode } from './episode-store.ts';
import { causeOf } from './escalate.ts';
import { readAnswer } from './read-answer.ts';
import { refreshBurn } from './show-burn.ts';
import type { Episode } from './types.ts';

/** Who may say that they have it. */
export const MAY_ACKNOWLEDGE: readonly Role[] = ['sre', 'managers', 'leads', 'ops'];

/** Why nothing was done; all of them are told to whoever asked. */
export type BurnRefusal =
  | { why: 'not_found' }
  | { why: 'not_yours' }
  | { why: 'over'; at: Date }
  | { why: 'acknowledged'; by: UserId; at: Date };

export type BurnOutcome = { ok: true; episode: Episode } | { ok: false; refusal: BurnRefusal };

export interface AcknowledgeDeps extends Pick<SloDeps, 'pool' | 'slos' | 'onChange'> {
  /** Whoever has the burn has its escalation. */
  escalations: EscalationDeps;
}

/**
 * Somebody has it: said once, by whoever is first, and audited. The open escalation of the promise is acknowledged with it,
 * so that its levels climb no further; where somebody has that already, they have this too.
 */
export async function acknowledgeBurn(
  deps: AcknowledgeDeps,
  now: Date,
  { id, person }: { id: string; person: Pick<Person, 'userId' | 'roles'> },
): Promise<BurnOutcome> {
  if (!MAY_ACKNOWLEDGE.some((role) => person.roles.has(role)))
    return { ok: false, refusal: { why: 'not_yours' } };
  const outcome = await withTransaction(deps.pool, (tx) => takeBurn(tx, deps, now, { id, person }));
  if (outcome.ok) deps.onChange?.('acknowledged');
  return outcome;
}

async function takeBurn(
  tx: Tx,
  { escalations, slos }: AcknowledgeDeps,
  now: Date,
  { id, person }: { id: string; person: Pick<Person, 'userId'> },
): Promise<BurnOutcome> {
  const found = await readEpisode(tx, id);
  if (found === null) return { ok: false, refusal: { why: 'not_found' } };
  const answer = await readAnswer(tx, found, sloNamed(slos, found.slo) ?? { tiers: [] });
  if (answer !== null && found.recoveredAt === null)
    return { ok: false, refusal: { why: 'acknowledged', ...answer } };
  const isFirst = await markAcknowledged(tx, id, { userId: person.userId, at: now });
  const episode = await readEpisode(tx, id);
  if (episode === null) return { ok: false, refusal: { why: 'not_found' } };
  if (!isFirst) return { ok: false, refusal: refusalOf(episode) };
  const escalation = await lockOpenFor(tx, causeOf({ name: episode.slo }));
  const taken =
    escalation?.state === 'open' ? [await take(tx, escalations, now, { escalation, person })] : [];
  await refreshBurn(tx, now, episode);
  const { slo, tier } = episode;
  const entry = {
    actor: actorOf(person),
    action: 'slo_episode.acknowledged',
    tenantId: null,
    subject: episodeSubject(episode),
    data: { slo, tier },
  };
  await appendAudit(tx, now, [entry, ...taken]);
  return { ok: true, episode };
}

function refusalOf({ acknowledgedBy, acknowledgedAt, recoveredAt, changedAt }: Episode): BurnRefusal {
  if (recoveredAt !== null) return { why: 'over', at: recoveredAt };
  return { why: 'acknowledged', by: (acknowledgedBy ?? '') as UserId, at: acknowledgedAt ?? changedAt };
}
