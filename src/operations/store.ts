import type { Queryable, Tx } from '../database/pool.ts';
import { OPERATION, toOperation, type OperationRow } from './operation-row.ts';
import type { KeptCall, Operation, OperationResult, Proof, Refusal, Trouble } from './types.ts';

export async function readOperation(db: Queryable, id: string): Promise<Operation | null> {
  const { rows } = await db.query<OperationRow>(`select ${OPERATION} from operations o where o.id = $1`, [
    id,
  ]);
  return rows[0] === undefined ? null : toOperation(rows[0]);
}

/** Each change below goes from the states it names only, and gives the row as it is then; null when it was not so. */
async function change(
  tx: Tx,
  from: Operation,
  set: string,
  values: readonly unknown[],
): Promise<Operation | null> {
  const { rows } = await tx.query<OperationRow>(
    `update operations o set ${set}
      where o.id = $1 and o.state = $2 and o.tries = $3
      returning ${OPERATION}`,
    [from.id, from.state, from.tries, ...values],
  );
  return rows[0] === undefined ? null : toOperation(rows[0]);
}

/** Written and committed before a call is made: from here on it may have been done. */
export async function markSent(
  tx: Tx,
  operation: Operation,
  now: Date,
  { proof, attempts }: { proof: Proof | null; attempts: number },
): Promise<Operation | null> {
  return await change(
    tx,
    operation,
    `state = case when o.state = 'accepted' then 'sent' else o.state end, tries = o.tries + 1, proof = $5,
     attempts_before = coalesce(o.attempts_before, $6), first_sent_at = coalesce(o.first_sent_at, $4),
     last_sent_at = $4, next_at = null, trouble = case when o.state = 'accepted' then null else o.trouble end`,
    [now, proof === null ? null : JSON.stringify(proof), attempts],
  );
}

/**
 * Nothing was done and it will be tried again, all checks included. What was sent and certainly not done is as it was
 * before: what it was sent on counts no more.
 */
export async function markWaiting(
  tx: Tx,
  operation: Operation,
  wait: { trouble: Trouble; nextAt: Date },
): Promise<Operation | null> {
  return await change(
    tx,
    operation,
    `state = 'accepted', trouble = $4, next_at = $5, waits = o.waits + 1,
     first_sent_at = null, last_sent_at = null, attempts_before = null, proof = null`,
    [wait.trouble, wait.nextAt],
  );
}

/** Whether it was done has to be looked up. */
export async function markUnknown(
  tx: Tx,
  operation: Operation,
  now: Date,
  unknown: { trouble: Trouble; nextAt: Date; doubtfulRefusal?: string },
): Promise<Operation | null> {
  return await change(
    tx,
    operation,
    `state = 'unknown', unknown_since = coalesce(o.unknown_since, $4), trouble = $5, next_at = $6,
     doubtful_refusal = coalesce($7, o.doubtful_refusal)`,
    [now, unknown.trouble, unknown.nextAt, unknown.doubtfulRefusal ?? null],
  );
}

/** It was looked up, and is as unknown as before. */
export async function markLookedUp(
  tx: Tx,
  operation: Operation,
  now: Date,
  { trouble, nextAt }: { trouble: Trouble; nextAt: Date },
): Promise<Operation | null> {
  return await change(
    tx,
    operation,
    `lookups = o.lookups + 1, looked_up_at = $4, trouble = $5, next_at = $6`,
    [now, trouble, nextAt],
  );
}

export async function markSucceeded(
  tx: Tx,
  operation: Operation,
  now: Date,
  result: OperationResult,
): Promise<Operation | null> {
  return await change(
    tx,
    operation,
    `state = 'succeeded', settled_at = $4, result = $5, next_at = null, trouble = null`,
    [now, JSON.stringify(result)],
  );
}

export async function markRefused(
  tx: Tx,
  operation: Operation,
  now: Date,
  refusal: Refusal,
): Promise<Operation | null> {
  return await change(
    tx,
    operation,
    `state = 'refused', settled_at = $4, refusal = $5, next_at = null, trouble = null`,
    [now, JSON.stringify(refusal)],
  );
}

/** Keeps what was asked of the platform and what it answered, in order. */
export async function keepCalls(
  tx: Tx,
  operationId: string,
  now: Date,
  calls: readonly KeptCall[],
): Promise<void> {
  if (calls.length === 0) return;
  await tx.query(
    `insert into operation_calls (operation_id, seq, at, call, attempt_id, outcome, method, path, body, status, answer,
            duration_ms)
     select $1, (select coalesce(max(seq), 0) from operation_calls where operation_id = $1) + c.place, $2, c.call,
            c.attempt_id, c.outcome, c.method, c.path, c.body, c.status, c.answer, c.duration_ms
       from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::text[],
                   $11::int[]) with ordinality
            as c (call, attempt_id, outcome, method, path, body, status, answer, duration_ms, place)`,
    [
      operationId,
      now,
      calls.map(({ call }) => call),
      calls.map(({ attemptId }) => attemptId),
      calls.map(({ outcome }) => outcome),
      calls.map(({ exchange }) => exchange.method),
      calls.map(({ exchange }) => exchange.path),
      calls.map(({ exchange }) => exchange.body),
      calls.map(({ exchange }) => exchange.status),
      calls.map(({ exchange }) => exchange.answer),
      calls.map(({ exchange }) => exchange.durationMs),
    ],
  );
}
