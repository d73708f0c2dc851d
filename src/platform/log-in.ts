import type { PlatformPolicy } from '../policy/platform.ts';
import { callOnce } from './call-once.ts';
import { wordAt } from './pointer.ts';
import { renderRequest } from './render-request.ts';
import type { Login } from './session.ts';

/**
 * Opens a session as `policy.platform.login` says: {token} is PLATFORM_TOKEN here and what the answer gives afterwards.
 * Headers of every call that hold {token} are left out: there is none yet, and the password belongs where login puts it.
 */
export function makeLogin(options: {
  login: NonNullable<PlatformPolicy['login']>;
  policy: Pick<PlatformPolicy, 'headers' | 'time_limit_seconds'>;
  url: string;
  token: string;
}): Login {
  const { login, policy, url, token } = options;
  const extra = Object.fromEntries(
    Object.entries(policy.headers).filter(([, text]) => !text.includes('{token}')),
  );
  return async () => {
    const request = renderRequest({ base: url, template: login, extra }, { token }, [token]);
    if (request === null) return { why: 'unreachable', status: null, retryAfterMs: null };
    const reply = await callOnce(request, policy.time_limit_seconds * 1_000);
    if (!reply.came || reply.status >= 500)
      return { why: 'unreachable', status: reply.status, retryAfterMs: null };
    const { status, json, retryAfterMs } = reply;
    if (status === 429) return { why: 'busy', status, retryAfterMs };
    const opened = status >= 200 && status <= 299 ? wordAt(json, login.token_at) : undefined;
    return opened === undefined || opened === ''
      ? { why: 'unauthorised', status, retryAfterMs: null }
      : { token: opened };
  };
}
