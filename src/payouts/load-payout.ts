import type { Queryable } from '../database/pool.ts';
import type { FindingsDeps } from '../findings/deps.ts';
import type { CardId } from '../ids.ts';
import { readProof } from '../operations/read-proof.ts';
import { readHistory, readStanding } from '../operations/standing.ts';
import type { Platform } from '../platform/types.ts';
import type { Policy } from '../policy.ts';
import { readOverrideOf, type PayoutOverrides } from './payout-overrides.ts';
import { readPayoutFinding } from './payout-finding.ts';
import { PAYOUT, toPayout, type PayoutTableRow } from './payout-row.ts';
import { PAYOUT_CARD, PAYOUT_GROUP_CARD, type Payout, type PayoutDetail, type PayoutModel } from './types.ts';

/** What showing a payout needs beside its rows. */
export interface ShowDeps extends Pick<FindingsDeps, 'escalationOf'> {
  policy: Policy;
  platform: Pick<Platform, 'canAsk'>;
  /** Without it nothing is said of what is done by hand. */
  overrides?: PayoutOverrides;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One episode; null when there is none of this id, whatever it looks like. */
async function readPayout(db: Queryable, id: string): Promise<Payout | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await db.query<PayoutTableRow>(`select ${PAYOUT} from payouts p where p.id = $1`, [id]);
  return rows[0] === undefined ? null : toPayout(rows[0]);
}

/** What the message about one payout shows; null when there is no such episode. */
export async function loadPayout(db: Queryable, id: string, deps: ShowDeps): Promise<PayoutModel | null> {
  const payout = await readPayout(db, id);
  return payout === null ? null : await modelOf(db, payout, deps);
}

/** The same with all that was ever done about it, for the person who asked. */
export async function loadDetail(db: Queryable, id: string, deps: ShowDeps): Promise<PayoutDetail | null> {
  const model = await loadPayout(db, id, deps);
  if (model === null) return null;
  const { payout } = model;
  return { ...model, history: await readHistory(db, payout), card: await readCard(db, payout) };
}

async function modelOf(db: Queryable, payout: Payout, deps: ShowDeps): Promise<PayoutModel> {
  const { policy, platform } = deps;
  const finding = await readPayoutFinding(db, payout);
  const proof = await readProof(db, payout);
  const standing = await readStanding(db, payout);
  return {
    payout,
    tenantName: policy.tenants.find(({ id }) => id === payout.tenantId)?.name ?? payout.tenantId,
    reportingCurrency: policy.business.reporting_currency,
    timeZone: policy.business.time_zone,
    maxAttempts: policy.payouts.max_attempts,
    canRecheck: platform.canAsk(),
    standing,
    proof: proof?.proof ?? null,
    finding:
      finding === null || finding.isOver
        ? null
        : { id: finding.id, escalation: (await deps.escalationOf?.(db, finding)) ?? null },
    ...(await readOverrideOf(db, deps.overrides, payout, standing)),
  };
}

/** Its message, or its group's, once it stands in Slack. */
async function readCard(db: Queryable, { id, groupId }: Payout): Promise<PayoutDetail['card']> {
  const { rows } = await db.query<{ id: CardId; channelId: string; ts: string }>(
    `select id, channel_id as "channelId", ts from cards
      where kind = $1 and subject_kind = $2 and subject_id = $3 and channel_id is not null and ts is not null`,
    groupId === null ? [PAYOUT_CARD, 'payout', id] : [PAYOUT_GROUP_CARD, 'payout_group', groupId],
  );
  return rows[0] ?? null;
}
