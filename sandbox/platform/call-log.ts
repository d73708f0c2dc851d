import type { Pool, Queryable } from '../../src/database/pool.ts';
import type { PlatformAction } from './requests.ts';

/** One call of the API, as it came; `status` is null where nothing was answered. */
export interface PlatformCall {
  at: string;
  action: PlatformAction;
  /** The payment's id; null where it can't be known. */
  subject: string | null;
  /** Null for reads. */
  idempotency_key: string | null;
  status: number | null;
}

/** What a call caused, once, when it was accepted. */
export interface PlatformEffect {
  at: string;
  action: PlatformAction;
  subject: string;
  /** Decimal, major units. */
  amount: string;
  currency: string;
}

const ISO = `to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`;

/** Notes a call, before or after it is answered. Returns its number. */
export async function noteCall(
  db: Queryable,
  call: Omit<PlatformCall, 'at'> & { at: Date },
): Promise<string> {
  const { rows } = await db.query<{ seq: string }>(
    `insert into sandbox.platform_calls (at, action, subject, idempotency_key, status) values ($1, $2, $3, $4, $5)
     returning seq`,
    [call.at, call.action, call.subject, call.idempotency_key, call.status],
  );
  return rows[0]!.seq;
}

export async function noteAnswer(db: Queryable, seq: string, status: number): Promise<void> {
  await db.query('update sandbox.platform_calls set status = $2 where seq = $1', [seq, status]);
}

export async function noteEffect(
  db: Queryable,
  effect: Omit<PlatformEffect, 'at'> & { at: Date },
): Promise<void> {
  await db.query(
    'insert into sandbox.platform_effects (at, action, subject, amount, currency) values ($1, $2, $3, $4, $5)',
    [effect.at, effect.action, effect.subject, effect.amount, effect.currency],
  );
}

export async function readCalls(pool: Pool): Promise<PlatformCall[]> {
  const { rows } = await pool.query<PlatformCall>(
    `select ${ISO}, action, subject, idempotency_key, status from sandbox.platform_calls order by seq`,
  );
  return rows;
}

export async function readEffects(pool: Pool): Promise<PlatformEffect[]> {
  const { rows } = await pool.query<PlatformEffect>(
    `select ${ISO}, action, subject, amount, currency from sandbox.platform_effects order by seq`,
  );
  return rows;
}
