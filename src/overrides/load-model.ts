import type { Queryable } from '../database/pool.ts';
import { readOperation } from '../operations/store.ts';
import { readApprovers, readBeneficiary } from './approvers.ts';
import type { OverrideDeps } from './deps.ts';
import type { NoticeModel, OverrideModel } from './models.ts';
import { readPlaces } from './read-message.ts';
import { readOverride, readVersions, readVotes } from './store.ts';
import type { NoticeKind, Override, OverrideVersion } from './types.ts';

type ShowDeps = Pick<OverrideDeps, 'policy'>;

/** Everything that its messages show, of its newest version; null when there is none of this id. */
export async function loadOverride(db: Queryable, id: string, deps: ShowDeps): Promise<OverrideModel | null> {
  const override = await readOverride(db, id);
  return override === null ? null : await modelOf(db, override, override.version, deps);
}

/** The same as it is told in one message of its thread: of the version that it speaks of. */
export async function loadNotice(
  db: Queryable,
  noticeId: string,
  deps: ShowDeps,
): Promise<NoticeModel | null> {
  const { rows } = await db.query<{ override_id: string; version: number; kind: NoticeKind; at: Date }>(
    `select override_id, version, kind, at from override_notices where id = $1`,
    [noticeId],
  );
  const notice = rows[0];
  const override = notice === undefined ? null : await readOverride(db, notice.override_id);
  if (notice === undefined || override === null) return null;
  const { version, kind, at } = notice;
  return { ...(await modelOf(db, override, version, deps)), notice: { kind, at, version } };
}

async function modelOf(
  db: Queryable,
  override: Override,
  number: number,
  { policy }: ShowDeps,
): Promise<OverrideModel> {
  const versions = await readVersions(db, override.id);
  const version = versions.find((each) => each.version === number) as OverrideVersion;
  const votes = await readVotes(db, override.id);
  const approved = (of: number) =>
    votes.filter((each) => each.vote === 'approve' && each.lapsedAt === null && each.version === of);
  const cleared = versions.filter((each) => each.version < number && each.voidedAt !== null);
  const { reporting_currency: reportingCurrency, time_zone: timeZone } = policy.business;
  const { two_from: twoFrom, lead_from: leadFrom } = policy.overrides;
  return {
    override,
    version,
    votes: votes.filter((vote) => vote.version === number),
    clearedVotes: cleared.reduce((sum, each) => sum + approved(each.version).length, 0),
    tenantName: policy.tenants.find(({ id }) => id === override.tenantId)?.name ?? override.tenantId,
    reportingCurrency,
    timeZone,
    approvers: await readApprovers(db, policy, override, version),
    beneficiary: await readBeneficiary(db, policy, override, version.terms),
    operation: await operationOf(db, override),
    ...(await readPlaces(db, override.id)),
    tiers: { twoFrom, leadFrom },
  };
}

/** What carries it out; one that a void version had begun is none of it any more. */
async function operationOf(
  db: Queryable,
  { operationId, state }: Override,
): Promise<OverrideModel['operation']> {
  if (operationId === null || !['executing', 'executed', 'failed', 'expired'].includes(state)) return null;
  const operation = await readOperation(db, operationId);
  return operation === null ? null : { id: operation.id, state: operation.state, trouble: operation.trouble };
}
