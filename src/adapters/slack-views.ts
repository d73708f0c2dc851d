import type { FetchFunction } from '@slack/web-api';
import { SlackRefusedError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { MessageContent, OpenedView, SlackViews } from '../ports.ts';
import { makeSlackCall, type CallSlack } from './slack-client.ts';
import { unavailable } from './slack-errors.ts';

export interface SlackViewsOptions {
  token: string;
  apiUrl: string;
  log: Log;
  /** Time limit of one call in milliseconds; 2,000 unless told: a person waits, and a trigger lives three seconds. */
  timeoutMs?: number;
  fetch?: FetchFunction;
}

/** The Web API as a click uses it: one quick try, and no memory of it. */
export function makeSlackViews({ timeoutMs = 2_000, ...options }: SlackViewsOptions): SlackViews {
  const call = makeSlackCall({ ...options, timeoutMs });
  return {
    open: (triggerId, view) => opened(call, 'views.open', { trigger_id: triggerId, view }),
    push: (triggerId, view) => opened(call, 'views.push', { trigger_id: triggerId, view }),
    update: ({ viewId, hash }, view) =>
      opened(call, 'views.update', { view_id: viewId, view, ...(hash === undefined ? {} : { hash }) }),
    async publishHome(userId, view) {
      await call('views.publish', { user_id: userId, view });
    },
    async postEphemeral({ channelId, userId, threadTs, content }) {
      await call('chat.postEphemeral', {
        channel: channelId,
        user: userId,
        ...content,
        ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
      });
    },
    respond: (url, content, { replace = false } = {}) =>
      respond(options.fetch ?? fetch, url, { content, replace, timeoutMs }),
  };
}

async function opened(call: CallSlack, method: string, args: Record<string, unknown>): Promise<OpenedView> {
  const { view } = await call<{ view?: { id?: string; hash?: string } }>(method, args);
  if (!view?.id) throw unavailable(method, new Error('the answer names no view'));
  return { viewId: view.id, hash: view.hash ?? '' };
}

/** A response_url is an address of Slack's with a right of its own: no token goes there. docs.slack.dev/interactivity/handling-user-interaction */
async function respond(
  fetchOnce: FetchFunction,
  url: string,
  { content, replace, timeoutMs }: { content: MessageContent; replace: boolean; timeoutMs: number },
): Promise<void> {
  const response = await fetchOnce(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ ...content, response_type: 'ephemeral', replace_original: replace }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw unavailable('response_url', error);
  });
  if (response.ok) return;
  const words = (await response.text().catch(() => '')).slice(0, 100);
  if (response.status >= 500 || response.status === 429) throw unavailable('response_url', new Error(words));
  throw new SlackRefusedError('response_url', words || String(response.status));
}
