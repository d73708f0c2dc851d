import { appendAudit } from '../audit/append.ts';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { newId, type OperationId, type TenantId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { overrideIn } from './move.ts';
import { OPERATION, toOperation, type OperationRow } from './operation-row.ts';
import { OPERATION_TASK } from './rescue-operations.ts';
import { isBeyondWindow } from './rules.ts';
import { markRefused } from './store.ts';
import type { Operation, OperationAction, OperationState, Refusal } from './types.ts';

export interface OverrideOrder {
  overrideId: string;
  /** Each is carried out once. */
  version: number;
  action: Extract<OperationAction, 'mark_paid' | 'reject' | 'retry'>;
  tenantId: string;
  transactionId: string;
  /** The episode it was asked for on, if any. */
  payoutId: string | null;
  amountMinor: bigint;
  currency: string;
  /** person:U... */
  actor: string;
  /** Goes with it to the platform. */
  reason: string;
  /** What was approved, kept as JSON. */
  seen: object;
  /** The unknown operation that the override names. */
  endsOperationId: string | null;
  /** For how long the platform remembers a key of that one's action, in milliseconds. */
  keepsMs: number;
}

export type AcceptedOverride =
  /** Also when this version was accepted before. */
  | { as: 'accepted'; operationId: string }
  | { as: 'under_way'; operation: { id: string; action: OperationAction; state: OperationState } };

type OnChange = (tx: Tx, now: Date, operation: Operation) => Promise<void>;

/**
 * Stores the operation that carries an approved override out, with a key of its own, its task and its audit row, in the
 * caller's transaction. An operation that the override names, and that is unknown for longer than the platform keeps its
 * key, is ended there; anything else that is under way comes first. Locks, in this order: the payout (shared), its open
 * operation, tasks, what `onChange` refreshes, the audit head; so that only audit rows may follow.
 */
export async function acceptOverrideOperation(
  tx: Tx,
  now: Date,
  order: OverrideOrder,
  onChange: OnChange,
): Promise<AcceptedOverride> {
  // What the insert needs anyway, before it waits for anybody: a press on the episode waits for it. No more, since whoever
  // settles an operation writes the episode after the operation's row.
  if (order.payoutId !== null)
    await tx.query('select from payouts where id = $1 for key share', [order.payoutId]);
  const open = await lockOpen(tx, order);
  // Only now: what is open may be this very version's, accepted meanwhile.
  const known = await findAccepted(tx, order);
  if (known !== null) return { as: 'accepted', operationId: known };
  const ended = open === null ? null : await end(tx, now, order, open);
  if (open !== null && ended === null) return underWay(open);
  const operation = await insert(tx, now, order);
  if (operation === null) {
    // While the one it ended was open, nobody could be quicker.
    assert(ended === null, 'what comes after an operation that was ended here is ours');
    const quicker = await findAccepted(tx, order);
    if (quicker !== null) return { as: 'accepted', operationId: quicker };
    return underWay(await readNewest(tx, order));
  }
  await enqueueTask(tx, now, {
    kind: OPERATION_TASK,
    key: `operation:${operation.id}`,
    payload: { id: operation.id },
    dueAt: now,
  });
  await onChange(tx, now, operation);
  await appendAudit(tx, now, [
    ...(ended === null ? [] : [rowOf(order, ended, 'overridden')]),
    rowOf(order, operation, 'accepted'),
  ]);
  return { as: 'accepted', operationId: operation.id };
}

async function findAccepted(tx: Tx, { overrideId, version }: OverrideOrder): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from operations where override_id = $1 and override_version = $2',
    [overrideId, version],
  );
  return rows[0]?.id ?? null;
}

async function lockOpen(tx: Tx, { tenantId, transactionId }: OverrideOrder): Promise<Operation | null> {
  const { rows } = await tx.query<OperationRow>(
    `select ${OPERATION} from operations o
      where o.tenant_id = $1 and o.subject_id = $2 and o.state in ('accepted', 'sent', 'unknown') for update`,
    [tenantId, transactionId],
  );
  return rows[0] === undefined ? null : toOperation(rows[0]);
}

/** Null: it is not the one that is named, or not beyond its window. Its own task finds it over when it looks. */
async function end(tx: Tx, now: Date, order: OverrideOrder, open: Operation): Promise<Operation | null> {
  if (open.id !== order.endsOperationId || !isBeyondWindow(open, now, order.keepsMs)) return null;
  const refusal: Refusal = { by: 'override', code: null, means: 'overridden', reasons: [] };
  const ended = await markRefused(tx, open, now, refusal);
  assert(ended !== null, 'a locked operation stays as it is');
  return ended;
}

/** Null: another was quicker, on a connection that holds no lock of ours. */
async function insert(tx: Tx, now: Date, order: OverrideOrder): Promise<Operation | null> {
  const { rows } = await tx.query<OperationRow>(
    `insert into operations as o (id, tenant_id, subject_id, intent_no, action, idempotency_key, state, requested_by,
            requested_at, payout_id, amount_minor, currency, reason, seen, override_id, override_version)
     select $1, $2, $3, (select coalesce(max(intent_no), 0) + 1 from operations where tenant_id = $2 and subject_id = $3),
            $4, $5, 'accepted', $6, $7, $8, $9, $10, $11, $12, $13, $14
     on conflict do nothing
     returning ${OPERATION}`,
    [
      newId<OperationId>(),
      order.tenantId,
      order.transactionId,
      order.action,
      newId<string>(),
      order.actor,
      now,
      order.payoutId,
      order.amountMinor.toString(),
      order.currency,
      order.reason,
      canonicalJson(order.seen),
      order.overrideId,
      order.version,
    ],
  );
  return rows[0] === undefined ? null : toOperation(rows[0]);
}

async function readNewest(tx: Tx, { tenantId, transactionId }: OverrideOrder): Promise<Operation> {
  const { rows } = await tx.query<OperationRow>(
    `select ${OPERATION} from operations o where o.tenant_id = $1 and o.subject_id = $2 order by o.intent_no desc limit 1`,
    [tenantId, transactionId],
  );
  assert(rows[0] !== undefined, 'whoever was quicker is there');
  return toOperation(rows[0]);
}

function underWay({ id, action, state }: Operation): AcceptedOverride {
  return { as: 'under_way', operation: { id, action, state } };
}

function rowOf(order: OverrideOrder, operation: Operation, word: 'accepted' | 'overridden'): AuditEntry {
  const override = { id: order.overrideId, version: order.version };
  return {
    actor: order.actor,
    action: `operation.${word}`,
    tenantId: operation.tenantId as TenantId,
    subject: { kind: 'transaction', id: operation.transactionId },
    data: {
      operation: operation.id,
      action: operation.action,
      intent: operation.intentNo,
      key: operation.idempotencyKey,
      ...overrideIn(operation),
      // What was ended may have carried out another one.
      ...(word === 'overridden' ? { endedBy: override } : {}),
      ...(operation.payoutId === null ? {} : { payout: operation.payoutId }),
    },
  };
}
