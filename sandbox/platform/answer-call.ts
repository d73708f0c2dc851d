import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from '../../src/database/pool.ts';
import type { Clock } from '../../src/ports.ts';
import type { Faults } from '../slack/faults.ts';
import { readBody } from '../slack/http.ts';
import { noteAnswer, noteCall } from './call-log.ts';
import { changePayout } from './change-payout.ts';
import { answerLookup, answerRecheck, subjectOf } from './read-payout.ts';
import { refuse, type Answer } from './refusals.ts';
import { routeOf, type PlatformAction, type PlatformRequest } from './requests.ts';
import { sufferFault } from './take-fault.ts';

/** Called around the carrying out of each call, and waited for: what a test does in between. */
export type CallHook = (action: PlatformAction, phase: 'before' | 'after') => Promise<void> | void;

export interface PlatformParts {
  /** Of the finance database, as its owner. */
  pool: Pool;
  clock: Clock;
  token: string;
  faults: Faults;
  hooks: ReadonlySet<CallHook>;
}

/** How long a silent provider is waited for, in real milliseconds: short, since a day of checks meets it often. */
const SILENCE_MS = 5;
/** Faults of the provider's line; its lost_reply is a webhook that never arrives, and no matter of a call. */
const PROVIDER = 'provider';

/** Answers one call of the platform's API; what it is, and what became of it, is noted. */
export async function answerCall(
  parts: PlatformParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://platform');
  if (url.pathname === '/health')
    return send(response, { status: 200, headers: JSON_TYPE, body: { ok: true } });
  const body = (await readBody(request)).toString('utf8');
  const route = routeOf(request.method ?? '', url, request.headers, body);
  if (route === undefined) return send(response, refuse('unknown_route'));

  const note = await openNote(parts, route);
  for (const hook of parts.hooks) await hook(route.action, 'before');
  const suffered = await sufferFault(parts.faults.take(`platform.${route.action}`, 'platform'), response);
  const isAllowed = request.headers.authorization === `Bearer ${parts.token}`;
  const answer = suffered.execute
    ? isAllowed
      ? await carryOut(parts, route)
      : refuse('unauthorised')
    : suffered.answer;
  await note(answer?.status ?? null);
  for (const hook of parts.hooks) await hook(route.action, 'after');
  if (answer === null || (suffered.execute && suffered.isReplyLost)) response.destroy();
  else send(response, answer);
}

/** A change is noted as it comes, so that no crash forgets it; a read with its answer, in one go. */
async function openNote(
  { pool, clock }: PlatformParts,
  route: PlatformRequest,
): Promise<(status: number | null) => Promise<void>> {
  const call = {
    at: clock.now(),
    action: route.action,
    idempotency_key: 'payoutId' in route && route.key !== '' ? route.key : null,
  };
  if ('payoutId' in route) {
    const seq = await noteCall(pool, { ...call, subject: route.payoutId, status: null });
    return async (status) => (status === null ? undefined : await noteAnswer(pool, seq, status));
  }
  return async (status) =>
    void (await noteCall(pool, { ...call, subject: await subjectOf(pool, route), status }));
}

async function carryOut({ pool, clock, faults }: PlatformParts, route: PlatformRequest): Promise<Answer> {
  switch (route.action) {
    case 'lookup':
      return await answerLookup(pool, route);
    case 'recheck': {
      const isMute = faults.take(PROVIDER) !== undefined;
      const { answer, isSilent } = await answerRecheck(pool, route, clock.now(), isMute);
      if (isSilent) await wait(SILENCE_MS);
      return answer;
    }
    case 'retry':
    case 'mark_paid':
    case 'reject':
      if (route.key === '') return refuse('key_missing');
      if (route.key.length > LONGEST_KEY) return refuse('key_too_long');
      return await changePayout(pool, route, clock.now());
  }
}

/** Characters. */
const LONGEST_KEY = 255;

const JSON_TYPE = { 'content-type': 'application/json' };

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
}
