import { renderAcceptance } from '../../blocks/acceptance.ts';
import { permalinkOf } from '../cards/draw-card.ts';
import type { CardKind } from '../cards/types.ts';
import type { Pool } from '../database/pool.ts';
import { ACCEPTANCE_CARD } from '../findings/acceptance-card.ts';
import type { FindingsDeps } from '../findings/deps.ts';
import { loadAcceptance, type AcceptanceModel } from '../findings/load-acceptance.ts';
import { makeReopenAcceptedTask } from '../findings/reopen-accepted.ts';
import type { RunId } from '../ids.ts';
import type { TaskKind } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import type { Slack } from '../ports.ts';
import { DIGEST_CARD, refreshReports } from '../reconciliation/refresh-reports.ts';

export interface FindingsComposition {
  findings: FindingsDeps;
  taskKinds: TaskKind<unknown>[];
  /** To a run's message, in whose thread its file stands; null where there is none. */
  linkToRun(runId: RunId): Promise<string | null>;
}

/** What people do with findings, and what follows from it. */
export function composeFindings(
  options: { pool: Pool; policy: Policy; slack: Slack } & Pick<
    FindingsDeps,
    'afterFindings' | 'onActivity' | 'onAct' | 'escalationOf' | 'payoutsOf'
  >,
): FindingsComposition {
  const { slack, ...given } = options;
  const findings: FindingsDeps = {
    ...given,
    refreshReports,
    linkTo: async (message) => permalinkOf((await slack.identity()).url, message),
  };
  return {
    findings,
    taskKinds: [makeReopenAcceptedTask(findings) as TaskKind<unknown>],
    linkToRun: (runId) => linkToRun(options.pool, slack, runId),
  };
}

async function linkToRun(pool: Pool, slack: Slack, runId: RunId): Promise<string | null> {
  const { rows } = await pool.query<{ channel_id: string; ts: string }>(
    `select channel_id, ts from cards
      where kind = $1 and subject_kind = 'reconciliation' and subject_id = $2 and channel_id is not null and ts is not null
      order by posted_at desc limit 1`,
    [DIGEST_CARD, runId],
  );
  const card = rows[0];
  if (card === undefined) return null;
  const { url } = await slack.identity();
  return permalinkOf(url, { channelId: card.channel_id, ts: card.ts });
}

/** The card that asks for the second person, and then says what became of it. */
export function acceptanceCard({ business }: Policy): CardKind<AcceptanceModel> {
  return {
    kind: ACCEPTANCE_CARD,
    load: (db, card) => loadAcceptance(db, card.subject.id, business),
    render: renderAcceptance,
  };
}
