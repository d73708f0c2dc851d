import { AppError, describeError, SlackRefusedError } from '../errors.ts';

const LIMIT_MS = 5_000;

interface Answer {
  headers: Headers;
  body: Record<string, unknown>;
}

export interface CallOptions {
  apiUrl: string;
  token: string;
}

/**
 * Asks Slack by hand, since the web client keeps the headers to itself, which tell scopes and time. Throws
 * SlackRefusedError with Slack's word, or slack_unavailable with the reason.
 */
export async function callByHand(
  options: CallOptions,
  method: string,
  args: Record<string, string>,
): Promise<Answer> {
  const url = new URL(method, options.apiUrl.endsWith('/') ? options.apiUrl : `${options.apiUrl}/`);
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${options.token}` },
    body: new URLSearchParams(args),
    signal: AbortSignal.timeout(LIMIT_MS),
    redirect: 'error',
  }).catch((error: unknown) => {
    // fetch says "fetch failed" of everything, and keeps the reason one floor down.
    const reason = describeError((error as Error).cause ?? error);
    throw new AppError('slack_unavailable', `${url.origin} can't be reached: ${reason}`, {
      retryable: true,
      cause: error,
    });
  });
  const body = (await response.json().catch(() => {
    throw new AppError('slack_unavailable', `${url.origin} does not answer ${method} as Slack does`, {
      retryable: true,
    });
  })) as Record<string, unknown>;
  if (body['ok'] !== true) throw new SlackRefusedError(method, String(body['error']));
  return { headers: response.headers, body };
}
