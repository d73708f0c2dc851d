import type { Queryable, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import {
  OVERRIDE,
  toOverride,
  toVersion,
  toVote,
  type OverrideRow,
  type VersionRow,
  type VoteRow,
} from './override-row.ts';
import type {
  Override,
  OverrideFacts,
  OverrideFailure,
  OverrideState,
  OverrideVersion,
  Vote,
} from './types.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One override; null when there is none of this id, whatever it looks like. */
export async function readOverride(db: Queryable, id: string): Promise<Override | null> {
  return await select(db, id, '');
}

/** The same, locked until the transaction ends: whoever changes it locks it first of all. */
export async function lockOverride(tx: Tx, id: string): Promise<Override | null> {
  return await select(tx, id, 'for update');
}

async function select(db: Queryable, id: string, lock: string): Promise<Override | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await db.query<OverrideRow>(
    `select ${OVERRIDE} from overrides o where o.id = $1 ${lock}`,
    [id],
  );
  return rows[0] === undefined ? null : toOverride(rows[0]);
}

/** The one that is not over about this subject; null: none. */
export async function readUnsettled(
  db: Queryable,
  { tenantId, subject }: Pick<Override, 'tenantId' | 'subject'>,
): Promise<Override | null> {
  const { rows } = await db.query<OverrideRow>(
    `select ${OVERRIDE} from overrides o
      where o.tenant_id = $1 and o.subject_kind = $2 and o.subject_id = $3
        and o.state in ('open', 'void', 'approved', 'executing')`,
    [tenantId, subject.kind, subject.id],
  );
  return rows[0] === undefined ? null : toOverride(rows[0]);
}

/** Was a request of the same ever rejected? */
export async function wasRejected(
  db: Queryable,
  { tenantId, subject }: Pick<Override, 'tenantId' | 'subject'>,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from overrides
      where tenant_id = $1 and subject_kind = $2 and subject_id = $3 and state = 'rejected' limit 1`,
    [tenantId, subject.kind, subject.id],
  );
  return rowCount === 1;
}

/** All its versions, oldest first. */
export async function readVersions(db: Queryable, overrideId: string): Promise<OverrideVersion[]> {
  const { rows } = await db.query<VersionRow>(
    `select * from override_versions where override_id = $1 order by version`,
    [overrideId],
  );
  return rows.map(toVersion);
}

/** One version; throws a bug where the override has none of this number. */
export async function readVersion(
  db: Queryable,
  overrideId: string,
  version: number,
): Promise<OverrideVersion> {
  const { rows } = await db.query<VersionRow>(
    `select * from override_versions where override_id = $1 and version = $2`,
    [overrideId, version],
  );
  assert(rows[0] !== undefined, `the override ${overrideId} has no version ${version}`);
  return toVersion(rows[0]);
}

/** Votes of all versions, or of one, in the order in which they came; lapsed ones too. */
export async function readVotes(
  db: Queryable,
  overrideId: string,
  version: number | null = null,
): Promise<Vote[]> {
  const { rows } = await db.query<VoteRow>(
    `select * from override_votes where override_id = $1 and ($2::int is null or version = $2)
      order by version, voted_at, person_key`,
    [overrideId, version],
  );
  return rows.map(toVote);
}

/** False when one is open already about the same. */
export async function insertOverride(tx: Tx, override: Override): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into overrides (id, kind, tenant_id, subject_kind, subject_id, state, version, target, basis, account_id,
            payee_ref, currency, amount_minor, amount_reporting_minor, requested_by, requester_key, requested_at,
            reason_code, reason, ticket, evidence, after_rejection, payout_id, finding_id, ends_operation_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
             $25)
     on conflict do nothing`,
    [
      override.id,
      override.kind,
      override.tenantId,
      override.subject.kind,
      override.subject.id,
      override.state,
      override.version,
      override.target,
      override.basis,
      override.accountId,
      override.payeeRef,
      override.currency,
      override.amountMinor?.toString() ?? null,
      override.amountReportingMinor?.toString() ?? null,
      override.requestedBy,
      override.requesterKey,
      override.requestedAt,
      override.reasonCode,
      override.reason,
      override.ticket,
      override.evidence,
      override.afterRejection,
      override.payoutId,
      override.findingId,
      override.endsOperationId,
    ],
  );
  return rowCount === 1;
}

export async function insertVersion(tx: Tx, overrideId: string, version: OverrideVersion): Promise<void> {
  await tx.query(
    `insert into override_versions (override_id, version, opened_at, expires_at, remind_half_at, remind_last_at,
            request_hash, terms, facts, quorum, policy_hash, holders)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      overrideId,
      version.version,
      version.openedAt,
      version.expiresAt,
      version.remindHalfAt,
      version.remindLastAt,
      version.requestHash,
      JSON.stringify(version.terms),
      JSON.stringify(version.facts),
      JSON.stringify(version.quorum),
      version.policyHash,
      JSON.stringify(version.holders),
    ],
  );
}

/** False when this person has voted about this version already. */
export async function insertVote(tx: Tx, overrideId: string, vote: Vote): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into override_votes (override_id, version, person_key, user_id, vote, role, seat, no_interest, reason, voted_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (override_id, version, person_key) do nothing`,
    [
      overrideId,
      vote.version,
      vote.personKey,
      vote.userId,
      vote.vote,
      vote.role,
      vote.seat,
      vote.noInterest,
      vote.reason,
      vote.votedAt,
    ],
  );
  return rowCount === 1;
}

export async function lapseVote(
  tx: Tx,
  overrideId: string,
  { version, personKey }: Pick<Vote, 'version' | 'personKey'>,
  now: Date,
): Promise<void> {
  await tx.query(
    `update override_votes set lapsed_at = $4
      where override_id = $1 and version = $2 and person_key = $3 and lapsed_at is null`,
    [overrideId, version, personKey, now],
  );
}

/** What a transition writes beside the state; what is left out stays as it is. */
export interface Change {
  state: OverrideState;
  version?: number;
  approvedAt?: Date | null;
  operationId?: string;
  over?: { at: Date; by: string; reason?: string };
  failure?: OverrideFailure | null;
  stateBefore?: OverrideFacts;
  stake?: Pick<Override, 'accountId' | 'payeeRef' | 'currency' | 'amountMinor' | 'amountReportingMinor'>;
  endsOperationId?: string | null;
  /** It is read back anew. */
  readBackAt?: null;
}

/** Writes one transition of an override that the caller has locked; gives the row as it is then. */
export async function writeChange(tx: Tx, before: Override, change: Change): Promise<Override> {
  const after = { ...before, ...patchOf(change) };
  const { rowCount } = await tx.query(
    `update overrides set state = $3, version = $4, approved_at = $5, operation_id = $6, over_at = $7, over_by = $8,
            over_reason = $9, failure = $10, state_before = $11, account_id = $12, payee_ref = $13, currency = $14,
            amount_minor = $15, amount_reporting_minor = $16, ends_operation_id = $17, read_back_at = $18
      where id = $1 and state = $2`,
    [
      before.id,
      before.state,
      after.state,
      after.version,
      after.approvedAt,
      after.operationId,
      after.overAt,
      after.overBy,
      after.overReason,
      jsonOrNull(after.failure),
      jsonOrNull(after.stateBefore),
      after.accountId,
      after.payeeRef,
      after.currency,
      after.amountMinor?.toString() ?? null,
      after.amountReportingMinor?.toString() ?? null,
      after.endsOperationId,
      after.readBackAt,
    ],
  );
  assert(rowCount === 1, `the override ${before.id} changed under its lock`);
  return after;
}

function patchOf({ over, stake, ...rest }: Change): Partial<Override> {
  return {
    ...rest,
    ...stake,
    ...(over === undefined ? {} : { overAt: over.at, overBy: over.by, overReason: over.reason ?? '' }),
  };
}

function jsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
