import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { refreshCards } from '../cards/request-card.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { Subject, UserId } from '../ids.ts';
import { claimRequest } from '../people/claim-request.ts';
import { actorOf } from '../people/types.ts';
import type { ActingPerson } from './act-types.ts';
import { userOf } from './actors.ts';
import {
  decideAdoption,
  hashOfSet,
  type AdoptionRefusal,
  type AdoptionStep,
  type OpenAdoption,
  type Adoptable,
} from './adoption-rules.ts';
import {
  insertAdoption,
  listUnadopted,
  markAdopted,
  overtakeAdoption,
  readOpenAdoption,
  settleAdoption,
} from './adoption-store.ts';
import type { FindingsDeps } from './deps.ts';
import { followFindings } from './follow-findings.ts';
import { isOnePerson } from './one-person.ts';
import { lockFindings } from './store.ts';

/** The one card of the opening balance. */
export const OPENING_CARD = 'opening';
export const OPENING: Subject = { kind: 'reconciliation', id: 'opening' };

export interface AdoptRequest {
  person: ActingPerson;
  requestId: string;
  /** hashOfSet of what the card showed. */
  shown: string;
}

export type AdoptOutcome =
  | { ok: true; step: AdoptionStep; count: number }
  | { ok: false; refusal: AdoptionRefusal };

/** Takes the opening balance over: one person after another, both for the same findings. When it grows, they vote anew. */
export async function adoptOpening(
  deps: FindingsDeps,
  now: Date,
  request: AdoptRequest,
): Promise<AdoptOutcome> {
  const outcome = await withTransaction(deps.pool, async (tx): Promise<AdoptOutcome> => {
    if (!(await claimRequest(tx, now, request.requestId))) return { ok: false, refusal: { why: 'repeated' } };
    await lockFindings(tx);
    const set = await listUnadopted(tx, true);
    const vote = await readOpenAdoption(tx);
    const isSame = vote !== null && (await isOnePerson(tx, deps.policy, voterOf(vote), request.person));
    const decided = decideAdoption(set, request.shown, vote, isSame);
    if (!decided.ok) {
      // The card may show a set that is gone.
      await refreshCards(tx, now, { kind: OPENING_CARD, subject: OPENING });
      return decided;
    }
    const { step } = decided;
    const entries =
      step === 'first'
        ? await castFirst(tx, now, set, vote, request.person)
        : await castSecond(tx, now, set, vote, request.person);
    if (step === 'second') entries.push(...(await followFindings(tx, now, deps)));
    await refreshCards(tx, now, { kind: OPENING_CARD, subject: OPENING });
    await appendAudit(tx, now, entries);
    return { ok: true, step, count: set.length };
  });
  if (outcome.ok) deps.onAct?.('adopted');
  return outcome;
}

function voterOf(vote: OpenAdoption): ActingPerson {
  return { userId: (userOf(vote.firstBy) ?? vote.firstBy) as UserId, key: vote.firstKey };
}

async function castFirst(
  tx: Tx,
  now: Date,
  set: readonly Adoptable[],
  former: OpenAdoption | null,
  person: ActingPerson,
): Promise<AuditEntry[]> {
  if (former !== null) await overtakeAdoption(tx, former.id);
  const by = actorOf(person);
  const adoption = await insertAdoption(tx, { findings: set, by, key: person.key, at: now });
  return [entryOf('opening.adoption_proposed', by, adoption, set)];
}

async function castSecond(
  tx: Tx,
  now: Date,
  set: readonly Adoptable[],
  vote: OpenAdoption | null,
  person: ActingPerson,
): Promise<AuditEntry[]> {
  assert(vote !== null, 'a second vote needs a first');
  const by = actorOf(person);
  const settled = await settleAdoption(tx, vote.id, { findings: set, by, at: now });
  assert(settled, 'the vote changed under its lock');
  await markAdopted(tx, set, { by, at: now });
  return [entryOf('opening.adopted', by, vote.id, set)];
}

function entryOf(action: string, actor: string, adoption: string, set: readonly Adoptable[]): AuditEntry {
  const data = { adoption, findings: set.length, set: hashOfSet(set) };
  return { actor, action, tenantId: null, subject: OPENING, data };
}
