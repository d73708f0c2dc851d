import { renderAction } from '../../blocks/action-items.ts';
import { renderReview, renderReviewPlain } from '../../blocks/exemptions-review.ts';
import type { ActionDeps, ActionSource } from '../actions/deps.ts';
import { loadAction } from '../actions/load-action.ts';
import { makeActionTask, noteReminded } from '../actions/remind.ts';
import { ACTION_CARD, type ActionModel } from '../actions/types.ts';
import { makeSlackDirectory } from '../adapters/slack-directory.ts';
import type { CardKind } from '../cards/types.ts';
import type { Config } from '../config.ts';
import type { Pool } from '../database/pool.ts';
import { loadReview, REVIEW_SOURCE, type ReviewModel } from '../exemptions/load-review.ts';
import { makeReviewSchedule, makeReviewTask } from '../exemptions/review.ts';
import { REVIEW_CARD } from '../exemptions/types.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';

/** A click that asks who an owner is has this long for it. */
const CLICK_CALL_MS = 700;

export interface ActionParts {
  /** For handlers. */
  deps: ActionDeps;
  taskKinds: TaskKind<unknown>[];
  schedules: Schedule[];
  cards: CardKind<unknown>[];
}

/** Reviews, and the actions that they lead to. */
export function composeActions(options: {
  pool: Pool;
  policy: Policy;
  config: Pick<Config, 'SLACK_BOT_TOKEN' | 'SLACK_API_URL'>;
  log: Log;
  onChange: NonNullable<ActionDeps['onChange']>;
  /** What else leads to actions. */
  sources: readonly ActionSource[];
}): ActionParts {
  const { pool, policy, config, log, onChange } = options;
  const client = { token: config.SLACK_BOT_TOKEN, apiUrl: config.SLACK_API_URL, log };
  const common = { pool, policy, log, onChange, sources: [REVIEW_SOURCE, ...options.sources] };
  return {
    deps: { ...common, directory: makeSlackDirectory({ ...client, timeoutMs: CLICK_CALL_MS }) },
    taskKinds: [
      makeActionTask({ ...common, directory: makeSlackDirectory(client) }) as TaskKind<unknown>,
      makeReviewTask({ pool, policy }) as TaskKind<unknown>,
    ],
    schedules: [makeReviewSchedule(policy)],
    cards: actionCards(policy),
  };
}

/** The security review, and what reminds the owner of an action. */
function actionCards({ business }: Pick<Policy, 'business'>): CardKind<unknown>[] {
  const zone = business.time_zone;
  const action: CardKind<ActionModel> = {
    kind: ACTION_CARD,
    load: (db, card) => loadAction(db, card.subject.id, zone),
    render: renderAction,
    onPosted: (tx, now, { subject }) => noteReminded(tx, now, subject.id),
  };
  const review: CardKind<ReviewModel> = {
    kind: REVIEW_CARD,
    load: (db, card) => loadReview(db, card.subject.id, zone),
    render: renderReview,
    renderPlain: renderReviewPlain,
  };
  return [action, review] as CardKind<unknown>[];
}
