import { renderOverrideLine } from '../../blocks/overrides-line.ts';
import { renderOverrideNotice } from '../../blocks/overrides-notice.ts';
import { renderOverrideProof } from '../../blocks/overrides-proof.ts';
import { renderOverride } from '../../blocks/overrides.ts';
import { parseSigningKey } from '../audit/keys.ts';
import type { CardKind } from '../cards/types.ts';
import type { Config } from '../config.ts';
import type { Tx } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { TaskFailure, TaskKind } from '../jobs/types.ts';
import type { Operation } from '../operations/types.ts';
import type { OverrideDeps } from '../overrides/deps.ts';
import type { OverrideKind } from '../overrides/kind.ts';
import { loadNotice, loadOverride } from '../overrides/load-model.ts';
import { loadProof, readProofFile, type ProofModel } from '../overrides/load-proof.ts';
import type { NoticeModel, OverrideModel } from '../overrides/models.ts';
import { offersOverride } from '../overrides/offered.ts';
import { failOverrideTask } from '../overrides/rescue-overrides.ts';
import { readOverrideLines } from '../overrides/read-override-line.ts';
import type { ProofDeps } from '../overrides/request-proof.ts';
import { refreshLinks } from '../overrides/show-override.ts';
import { readOverride } from '../overrides/store.ts';
import { taskOf } from '../overrides/task-of.ts';
import { makeOverrideTask } from '../overrides/task.ts';
import {
  OVERRIDE_CARD,
  OVERRIDE_LINE_CARD,
  OVERRIDE_NOTICE_CARD,
  OVERRIDE_PROOF_CARD,
  type PayoutFacts,
} from '../overrides/types.ts';
import type { PayoutOverrides } from '../payouts/payout-overrides.ts';
import type { Platform } from '../platform/types.ts';
import { makeTexts } from '../texts.ts';

export interface OverrideParts {
  /** For handlers. */
  deps: OverrideDeps & ProofDeps;
  taskKinds: TaskKind<unknown>[];
  cards: CardKind<unknown>[];
  /** Before whoever raises the alert of a failed task: no override is left without one. */
  onTaskFailed(tx: Tx, failure: TaskFailure): Promise<void>;
}

/** What is asked for, approved and done by hand. */
export function composeOverrides({
  config,
  ...given
}: OverrideDeps & { config: Pick<Config, 'AUDIT_SIGNING_KEY'> }): OverrideParts {
  const { AUDIT_SIGNING_KEY: key } = config;
  const deps = { ...given, signingKey: key === undefined ? undefined : parseSigningKey(key) };
  return {
    deps,
    taskKinds: [makeOverrideTask(deps) as TaskKind<unknown>],
    cards: overrideCards(deps),
    onTaskFailed: failOverrideTask,
  };
}

/** Its card, the line that links to it, what is said in its thread, and its proof. */
function overrideCards(deps: Pick<OverrideDeps, 'policy'>): CardKind<unknown>[] {
  const own: CardKind<OverrideModel> = {
    kind: OVERRIDE_CARD,
    load: (db, card) => loadOverride(db, card.subject.id, deps),
    render: renderOverride,
    async onPosted(tx, now, { subject }) {
      const override = await readOverride(tx, subject.id);
      if (override !== null) await refreshLinks(tx, now, override);
    },
  };
  const line: CardKind<OverrideModel> = {
    kind: OVERRIDE_LINE_CARD,
    load: (db, card) => loadOverride(db, card.subject.id, deps),
    render: renderOverrideLine,
  };
  const notice: CardKind<NoticeModel> = {
    kind: OVERRIDE_NOTICE_CARD,
    load: (db, card) => loadNotice(db, card.subject.id, deps),
    render: renderOverrideNotice,
  };
  return [own, line, notice, proofCard(deps)] as CardKind<unknown>[];
}

function proofCard({ policy }: Pick<OverrideDeps, 'policy'>): CardKind<ProofModel> {
  return {
    kind: OVERRIDE_PROOF_CARD,
    load: (db, card) => loadProof(db, card.subject.id, { timeZone: policy.business.time_zone }),
    render: renderOverrideProof,
    files: ({ overrideId, proofId }, { locale }, db) =>
      (['bundle', 'page'] as const).map((file) => ({
        name: `override-${overrideId}.${file === 'bundle' ? 'jsonl' : 'md'}`,
        title: makeTexts(locale).t(`overrides.proof.card.${file}`),
        content: () => readProofFile(db, proofId, file),
      })),
  };
}

/** What messages about payouts say of overrides. */
export function payoutOverrides(of: {
  kind: Pick<OverrideKind<PayoutFacts>, 'targets'>;
  platform: Pick<Platform, 'keepsMs'>;
}): PayoutOverrides {
  return {
    offers: (payout, standing) => offersOverride(payout, standing, of),
    linesOf: readOverrideLines,
  };
}

/** What carries an override out has changed: its task looks at once, inside that transaction. */
export async function followOverrideOperation(
  tx: Tx,
  now: Date,
  { overrideId }: Pick<Operation, 'overrideId'>,
): Promise<void> {
  if (overrideId !== null) await enqueueTask(tx, now, taskOf(overrideId, now));
}
