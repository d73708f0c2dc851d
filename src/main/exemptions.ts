import { renderClosing } from '../../blocks/exemptions-closing.ts';
import { renderNag } from '../../blocks/exemptions-nag.ts';
import { renderExemptionRoll } from '../../blocks/exemptions-roll.ts';
import { makeSlackDirectory } from '../adapters/slack-directory.ts';
import type { CardKind } from '../cards/types.ts';
import type { Config } from '../config.ts';
import type { Pool, Tx } from '../database/pool.ts';
import type { EscalationDeps } from '../escalations/deps.ts';
import type { ExemptionDeps } from '../exemptions/deps.ts';
import { makeEscalate } from '../exemptions/escalate.ts';
import { makeExtensionKind } from '../exemptions/extension-kind.ts';
import { loadClosing } from '../exemptions/load-closing.ts';
import { loadNag } from '../exemptions/load-nag.ts';
import { loadRoll } from '../exemptions/load-roll.ts';
import type { Actor } from '../exemptions/attempt.ts';
import type { ClosingModel, NagModel, RollModel } from '../exemptions/models.ts';
import { noteNagFailed, noteNagSent } from '../exemptions/nag-card.ts';
import { makeOwnersSchedule, makeOwnersTask } from '../exemptions/owners-check.ts';
import { refuseThird } from '../exemptions/refuse-third.ts';
import type { ExemptionRefusal } from '../exemptions/refusals.ts';
import { makeRollSchedule, makeRollTask } from '../exemptions/roll.ts';
import { failExemptionTask, makeExemptionTask } from '../exemptions/task.ts';
import { CLOSING_CARD, NAG_CARD, ROLL_CARD, type Exemption } from '../exemptions/types.ts';
import type { Schedule, TaskFailure, TaskKind } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import type { OverrideKind } from '../overrides/kind.ts';
import type { ExemptionFacts } from '../overrides/types.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../ports.ts';

/** A click that asks who an owner is has this long for it. */
const CLICK_CALL_MS = 700;

export interface ExemptionParts {
  /** For handlers. */
  deps: ExemptionDeps;
  /** Why there is no more time for somebody; a third extension is escalated. */
  refuseExtension(now: Date, exemption: Exemption, person: Actor): Promise<ExemptionRefusal>;
  /** More time is an override of this kind. */
  overrideKind: OverrideKind<ExemptionFacts>;
  taskKinds: TaskKind<unknown>[];
  schedules: Schedule[];
  cards: CardKind<unknown>[];
  /** Before whoever raises the alert of a failed task: no exemption is left without one. */
  onTaskFailed(tx: Tx, failure: TaskFailure): Promise<void>;
}

/** The register of exemptions: what reminds, what tells of the overdue, and what looks for owners who left. */
export function composeExemptions(options: {
  pool: Pool;
  policy: Policy;
  config: Pick<Config, 'SLACK_BOT_TOKEN' | 'SLACK_API_URL'>;
  clock: Clock;
  log: Log;
  escalations: EscalationDeps;
  onChange: NonNullable<ExemptionDeps['onChange']>;
}): ExemptionParts {
  const { pool, policy, config, clock, log, escalations, onChange } = options;
  const client = { token: config.SLACK_BOT_TOKEN, apiUrl: config.SLACK_API_URL, log };
  const common = { pool, policy, log, onChange, ...makeEscalate(escalations) };
  const patient: ExemptionDeps = { ...common, directory: makeSlackDirectory(client) };
  return {
    refuseExtension: (now, exemption, person) => refuseThird(patient, now, { exemption, person }),
    overrideKind: makeExtensionKind(patient),
    deps: { ...common, directory: makeSlackDirectory({ ...client, timeoutMs: CLICK_CALL_MS }) },
    taskKinds: [
      makeExemptionTask(patient) as TaskKind<unknown>,
      makeOwnersTask(patient) as TaskKind<unknown>,
      makeRollTask(patient) as TaskKind<unknown>,
    ],
    schedules: [makeOwnersSchedule(policy), makeRollSchedule(policy)],
    cards: exemptionCards(policy, clock),
    onTaskFailed: failExemptionTask,
  };
}

/** Its reminders, what was handed in, and all that is overdue. */
export function exemptionCards(policy: Policy, clock: Clock): CardKind<unknown>[] {
  const zone = policy.business.time_zone;
  const nag: CardKind<NagModel> = {
    kind: NAG_CARD,
    load: (db, card) => loadNag(db, card.subject.id, policy),
    render: renderNag,
    onPosted: (tx, now, { subject }) => noteNagSent(tx, now, subject.id),
    onFailed: (tx, now, { subject }, error) => noteNagFailed(tx, now, subject.id, error),
  };
  const closing: CardKind<ClosingModel> = {
    kind: CLOSING_CARD,
    load: (db, card) => loadClosing(db, card.subject.id, { now: clock.now(), zone }),
    render: renderClosing,
  };
  const roll: CardKind<RollModel> = {
    kind: ROLL_CARD,
    load: (db, card) => loadRoll(db, card.subject.id, { timeZone: zone }),
    render: renderExemptionRoll,
  };
  return [nag, closing, roll] as CardKind<unknown>[];
}
