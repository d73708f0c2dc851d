import { renderRoll } from '../../blocks/escalation-roll.ts';
import { renderHandover, renderStep } from '../../blocks/escalation-thread.ts';
import { renderEscalation } from '../../blocks/escalations.ts';
import { renderIncident } from '../../blocks/incidents.ts';
import type { AuditEntry } from '../audit/types.ts';
import { permalinkOf } from '../cards/draw-card.ts';
import type { CardKind } from '../cards/types.ts';
import type { Pool, Queryable, Tx } from '../database/pool.ts';
import { makeCheckRoutesSchedule, makeCheckRoutesTask } from '../escalations/check-routes.ts';
import { makeClimbTask } from '../escalations/climb.ts';
import type { EscalationDeps } from '../escalations/deps.ts';
import { readEscalationOf } from '../escalations/escalation-of.ts';
import { followActivity, type Activity } from '../escalations/follow-activity.ts';
import { followFindings } from '../escalations/follow-findings.ts';
import {
  loadEscalation,
  loadHandoverModel,
  loadIncident,
  loadStep,
  type EscalationModel,
  type HandoverModel,
  type IncidentModel,
  type StepModel,
} from '../escalations/load-escalation.ts';
import { loadRoll, type RollModel } from '../escalations/load-roll.ts';
import { ESCALATION_CARD, HANDOVER_CARD, INCIDENT_CARD, ROLL_CARD, STEP_CARD } from '../escalations/types.ts';
import type { EscalationLine } from '../findings/deps.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import type { Slack } from '../ports.ts';

const LINK_LIMIT_MS = 300;

export interface EscalationParts {
  /** For handlers. */
  deps: EscalationDeps;
  taskKinds: TaskKind<unknown>[];
  schedules: Schedule[];
  /** For whoever changes findings, inside that transaction. */
  afterFindings(tx: Tx, now: Date): Promise<AuditEntry[]>;
  onActivity(tx: Tx, now: Date, activity: Activity): Promise<AuditEntry[]>;
  escalationOf(db: Queryable, finding: { causeKey: string }): Promise<EscalationLine | null>;
}

/** Everything that climbs: what findings start, what people start, and the daily look at whom routes reach. */
export function makeEscalations(options: {
  pool: Pool;
  policy: Policy;
  slack: Slack;
  page: NonNullable<EscalationDeps['page']>;
  onTold: NonNullable<EscalationDeps['onTold']>;
  onAnswered: NonNullable<EscalationDeps['onAnswered']>;
}): EscalationParts {
  const { slack, ...deps } = options;
  return {
    deps,
    taskKinds: [makeClimbTask(deps) as TaskKind<unknown>, makeCheckRoutesTask(deps) as TaskKind<unknown>],
    schedules: [makeCheckRoutesSchedule(deps.policy)],
    afterFindings: (tx, now) => followFindings(tx, deps, now),
    onActivity: (tx, now, activity) => followActivity(tx, deps, now, activity),
    async escalationOf(db, { causeKey }) {
      const standing = await readEscalationOf(db, causeKey);
      if (standing === null) return null;
      const { id, state, level, acknowledgedBy: ackedBy, message } = standing;
      const link = message === null ? null : await linkTo(slack, message);
      return { id, state, level, ackedBy, link };
    },
  };
}

/** A link is no reason to fail, nor to wait for a Slack that does not answer. */
async function linkTo(slack: Slack, message: { channelId: string; ts: string }): Promise<string | null> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, LINK_LIMIT_MS, null).unref());
  const url = slack.identity().then(
    (identity) => identity.url,
    () => null,
  );
  const known = await Promise.race([url, late]);
  return known === null ? null : permalinkOf(known, message);
}

/** Their messages: the escalation's own, the levels and hand-overs in its thread, the incident's. */
export function escalationCards(policy: Policy): CardKind<unknown>[] {
  const own: CardKind<EscalationModel> = {
    kind: ESCALATION_CARD,
    load: (db, card) => loadEscalation(db, card.subject.id, policy),
    render: renderEscalation,
  };
  const step: CardKind<StepModel> = {
    kind: STEP_CARD,
    load: (db, card) => loadStep(db, card.subject.id, policy),
    render: renderStep,
  };
  const handover: CardKind<HandoverModel> = {
    kind: HANDOVER_CARD,
    load: (db, card) => loadHandoverModel(db, card.subject.id, policy),
    render: renderHandover,
  };
  const incident: CardKind<IncidentModel> = {
    kind: INCIDENT_CARD,
    load: (db, card) => loadIncident(db, card.subject.id, policy),
    render: renderIncident,
  };
  const roll: CardKind<RollModel> = {
    kind: ROLL_CARD,
    load: (db, card) => loadRoll(db, card.subject.id, policy),
    render: renderRoll,
  };
  return [own, step, roll, handover, incident] as CardKind<unknown>[];
}
