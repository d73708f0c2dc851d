import type { Pool } from '../../src/database/pool.ts';
import { TRUE_ANSWER, type TrueAnswer } from '../data/provider-truth.ts';
import { refuse, type Answer } from './refusals.ts';
import type { PlatformRequest } from './requests.ts';

/** An attempt by its exact reference, as its provider knows it now; `isMute`: the provider can't be reached. */
export async function answerRecheck(
  pool: Pool,
  { attemptId, provider, reference }: Extract<PlatformRequest, { action: 'recheck' }>,
  now: Date,
  isMute: boolean,
): Promise<{ answer: Answer; isSilent: boolean }> {
  const { rows } = await pool.query<{ answer: TrueAnswer }>(
    `select ${TRUE_ANSWER} as answer from finance.payout_attempts a
      where a.id = $2 and a.provider = $3 and a.provider_ref = $4`,
    [now, attemptId, provider, reference],
  );
  const said = rows[0]?.answer ?? 'not_found';
  const isSilent = isMute || said === 'silent';
  const body = { attempt: attemptId, provider, reference, provider_status: isSilent ? 'no_answer' : said };
  return { answer: ok(body), isSilent };
}

/** What became of the operation that was asked for with this key. */
export async function answerLookup(
  pool: Pool,
  { key }: Extract<PlatformRequest, { action: 'lookup' }>,
): Promise<Answer> {
  const { rows } = await pool.query<{
    action: string;
    transaction_id: string;
    code: string | null;
    attempt_id: string | null;
    at: Date;
  }>(
    'select action, transaction_id, code, attempt_id, at from sandbox.platform_operations where idempotency_key = $1',
    [key],
  );
  const kept = rows[0];
  if (kept === undefined) return refuse('operation_not_found');
  return ok({
    idempotency_key: key,
    action: kept.action,
    payout: kept.transaction_id,
    status: kept.code === null ? 'accepted' : 'refused',
    ...(kept.code === null ? {} : { code: kept.code }),
    ...(kept.attempt_id === null ? {} : { attempt: kept.attempt_id }),
    at: kept.at.toISOString(),
  });
}

/** The payment that a call is about; null where the platform knows none. */
export async function subjectOf(pool: Pool, request: PlatformRequest): Promise<string | null> {
  if ('payoutId' in request) return request.payoutId;
  const { rows } = await pool.query<{ id: string }>(
    request.action === 'recheck'
      ? 'select transaction_id as id from finance.payout_attempts where id = $1'
      : 'select transaction_id as id from sandbox.platform_operations where idempotency_key = $1',
    [request.action === 'recheck' ? request.attemptId : request.key],
  );
  return rows[0]?.id ?? null;
}

function ok(body: object): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}
