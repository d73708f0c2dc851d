import { refreshCards, requestCard } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { CardId, EscalationId } from '../ids.ts';
import { findByEscalation } from '../incidents/store.ts';
import {
  ALERTS_CHANNEL,
  ESCALATION_CARD,
  HANDOVER_CARD,
  INCIDENT_CARD,
  INCIDENTS_CHANNEL,
  ROLL_CARD,
  STEP_CARD,
  type Escalation,
  type Place,
} from './types.ts';

/** The subject of a level's message. */
function stepSubjectId(escalationId: string, { round, level }: Pick<Place, 'round' | 'level'>): string {
  return `${escalationId}:${round}:${level}`;
}

/**
 * The first level that is told is told by the escalation's own message, each later one by a message in its thread, or
 * by the one message that tells it of many.
 */
export async function showLevel(
  tx: Tx,
  now: Date,
  escalation: Escalation,
  { place, rollKey }: { place: Place; rollKey: string | null },
): Promise<void> {
  const { id } = escalation;
  if (escalation.stepsTold === 0) return void (await requestOwnCard(tx, now, id));
  // Nothing else of it changes while it climbs: an edit tells nobody, and a hundred of them have to wait for each other.
  if (escalation.state === 'acknowledged') await refreshEscalation(tx, now, id);
  if (rollKey !== null) {
    const subject = { kind: 'escalation_step', id: rollKey } as const;
    return void (await requestCard(tx, now, { kind: ROLL_CARD, subject, channel: ALERTS_CHANNEL }));
  }
  const threadCardId = (await findOwnCard(tx, id)) ?? (await requestOwnCard(tx, now, id));
  await requestCard(tx, now, {
    kind: STEP_CARD,
    subject: { kind: 'escalation_step', id: stepSubjectId(id, place) },
    channel: ALERTS_CHANNEL,
    threadCardId,
  });
}

/** A hand-over stands in the thread, where it mentions whoever has it now. */
export async function showHandOver(
  tx: Tx,
  now: Date,
  escalationId: EscalationId,
  handoverId: string,
): Promise<void> {
  const threadCardId = (await findOwnCard(tx, escalationId)) ?? (await requestOwnCard(tx, now, escalationId));
  await requestCard(tx, now, {
    kind: HANDOVER_CARD,
    subject: { kind: 'escalation_step', id: handoverId },
    channel: ALERTS_CHANNEL,
    threadCardId,
  });
}

/** Lets the messages that stand show what it is now; makes none. */
export async function refreshEscalation(tx: Tx, now: Date, id: EscalationId): Promise<void> {
  await refreshCards(tx, now, { kind: ESCALATION_CARD, subject: { kind: 'escalation', id } });
  await refreshIncident(tx, now, id);
}

/** One message an incident in #incidents, posted the first time and rewritten ever after. */
export async function showIncident(tx: Tx, now: Date, escalationId: EscalationId): Promise<void> {
  const incident = await findByEscalation(tx, escalationId);
  assert(incident !== undefined, `the escalation ${escalationId} has no incident`);
  await requestCard(tx, now, {
    kind: INCIDENT_CARD,
    subject: { kind: 'incident', id: incident.id },
    channel: INCIDENTS_CHANNEL,
  });
}

async function findOwnCard(tx: Tx, id: EscalationId): Promise<CardId | undefined> {
  const { rows } = await tx.query<{ id: CardId }>(
    `select id from cards where kind = $1 and subject_kind = 'escalation' and subject_id = $2 and channel = $3`,
    [ESCALATION_CARD, id, ALERTS_CHANNEL],
  );
  return rows[0]?.id;
}

async function requestOwnCard(tx: Tx, now: Date, id: EscalationId): Promise<CardId> {
  return await requestCard(tx, now, {
    kind: ESCALATION_CARD,
    subject: { kind: 'escalation', id },
    channel: ALERTS_CHANNEL,
  });
}

async function refreshIncident(tx: Tx, now: Date, escalationId: EscalationId): Promise<void> {
  const incident = await findByEscalation(tx, escalationId);
  if (incident === undefined) return;
  await refreshCards(tx, now, { kind: INCIDENT_CARD, subject: { kind: 'incident', id: incident.id } });
}
