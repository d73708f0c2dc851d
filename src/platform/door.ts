import type { Log } from '../log.ts';
import type { PlatformPolicy } from '../policy/platform.ts';
import type { Clock } from '../ports.ts';
import { callOnce, type Reply } from './call-once.ts';
import type { Call, Called } from './calls.ts';
import { makeLogin } from './log-in.ts';
import { renderRequest, type RenderedRequest } from './render-request.ts';
import { scrubAnswer } from './scrub.ts';
import { makeSession, type NoSession } from './session.ts';
import type { Exchange } from './types.ts';

export interface DoorOptions {
  policy: PlatformPolicy;
  url: string;
  token: string | undefined;
  clock: Clock;
  log: Log;
}

/**
 * Makes a call with the token there is. Where policy has a login and the session is not let in, the same call, with the
 * same key, is made once more with a new one: what was not let in did nothing.
 */
export function makeDoor({
  policy,
  url,
  token = '',
  clock,
  log,
}: DoorOptions): (call: Call) => Promise<Called> {
  const { login } = policy;
  const session = login === undefined ? null : makeSession(makeLogin({ login, policy, url, token }), clock);

  async function callWith(call: Call, current: string): Promise<Called> {
    const secrets = [token, current, ...(session?.secrets() ?? [])];
    const request = renderRequest(
      { base: url, template: call.template, extra: { ...policy.headers, ...call.headers } },
      { ...call.values, token: current },
      secrets,
    );
    if (request === null) {
      log.error({ action: call.action }, 'a call of the platform can’t be put together: see policy.platform');
      return { as: 'unsendable', exchange: null };
    }
    const reply = await callOnce(request, policy.time_limit_seconds * 1_000);
    return classify(call, reply, keep(request, reply, secrets));
  }

  return async (call) => {
    if (session === null) return await callWith(call, token);
    const opened = await session.open();
    if (!('token' in opened)) return withoutSession(opened);
    const first = await callWith(call, opened.token);
    if (first.as !== 'unauthorised') return first;
    const renewed = await session.renew(opened.token);
    if (renewed === null || !('token' in renewed)) return first;
    const second = await callWith(call, renewed.token);
    if (second.as === 'unauthorised') session.wasInVain();
    return second;
  };
}

function keep({ method, kept }: RenderedRequest, reply: Reply, secrets: readonly string[]): Exchange {
  return {
    method,
    ...kept,
    status: reply.status,
    answer: reply.came ? scrubAnswer(reply.text, secrets) : null,
    durationMs: reply.durationMs,
  };
}

function classify(call: Call, reply: Reply, exchange: Exchange): Called {
  if (!reply.came)
    return reply.why === 'unreachable'
      ? { as: 'unreachable', exchange }
      : { as: 'unclear', why: reply.why, exchange };
  if (call.isDeclared(reply)) return { as: 'answered', answer: reply, exchange };
  const { status, retryAfterMs } = reply;
  if (status === 401 || status === 403) return { as: 'unauthorised', status, exchange };
  if (status === 429) return { as: 'later', why: 'busy', retryAfterMs, exchange };
  return { as: 'answered', answer: reply, exchange };
}

function withoutSession({ why, status, retryAfterMs }: NoSession): Called {
  switch (why) {
    case 'unreachable':
      return { as: 'unreachable', exchange: null };
    case 'busy':
      return { as: 'later', why, retryAfterMs, exchange: null };
    case 'unauthorised':
      return { as: 'unauthorised', status: status ?? 401, exchange: null };
  }
}
