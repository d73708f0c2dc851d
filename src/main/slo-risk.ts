import { renderRisk, renderRiskNotice } from '../../blocks/slo-risk.ts';
import type { CardKind } from '../cards/types.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { ShowDeps } from '../payouts/load-payout.ts';
import {
  loadRisk,
  loadRiskNotice,
  type RiskModel,
  type RiskNoticeModel,
  type RiskShowDeps,
} from '../slo/load-risk.ts';
import { makeRiskSchedule, makeRiskTask, RISK_NOTICE_CARD, type RiskDeps } from '../slo/risk.ts';
import { RISK_CARD } from '../slo/types.ts';

export interface RiskParts {
  taskKinds: TaskKind<unknown>[];
  schedules: Schedule[];
  cards: CardKind<unknown>[];
  /** For handlers. */
  risk: Pick<RiskShowDeps, 'slos' | 'show'> & Pick<RiskDeps, 'finance'>;
}

/** Payouts that will break their promise: the check, its messages, and what the list needs. `show` comes from payouts. */
export function composeRisk({ show, ...deps }: RiskDeps & { show: ShowDeps }): RiskParts {
  const { policy, slos, finance } = deps;
  const shown: RiskShowDeps = { policy, slos, show };
  const own: CardKind<RiskModel> = {
    kind: RISK_CARD,
    load: (db, card) => loadRisk(db, card.subject.id, shown),
    render: renderRisk,
  };
  const notice: CardKind<RiskNoticeModel> = {
    kind: RISK_NOTICE_CARD,
    load: (db, card) => loadRiskNotice(db, card.subject.id, shown),
    render: renderRiskNotice,
  };
  return {
    taskKinds: [makeRiskTask(deps) as TaskKind<unknown>],
    schedules: [makeRiskSchedule(policy)],
    cards: [own, notice] as CardKind<unknown>[],
    risk: { slos, show, finance },
  };
}
