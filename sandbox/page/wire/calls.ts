import type { Acked, Click, GivenValues, Spot, Suggestions, TrafficCall, WorkspaceState } from './types.ts';

/** The workspace said no, or didn't answer; the message is fit to show. */
class CallError extends Error {}

export async function readState(signal?: AbortSignal): Promise<WorkspaceState> {
  return call<WorkspaceState>('/sandbox/state', signal ? { signal } : {});
}

/** Calls in order, after the one numbered `sinceSeq`. */
export async function readTraffic(sinceSeq: number): Promise<TrafficCall[]> {
  const answer = await call<{ calls: TrafficCall[] }>(`/sandbox/log?since=${sinceSeq}`, {});
  return answer.calls;
}

/** Answers when everything that fell due in between has run; 24 hours take some seconds. */
export async function moveClock(step: { advance: string } | { to: string }): Promise<void> {
  await post('/sandbox/clock', step);
}

export async function say(words: {
  user: string;
  channel: string;
  text: string;
  thread_ts?: string;
}): Promise<void> {
  await post('/sandbox/message', words);
}

export async function click(press: Click): Promise<Acked> {
  return post<Acked>('/sandbox/click', press);
}

export async function submit(form: { user: string; view_id: string; values: GivenValues }): Promise<Acked> {
  return post<Acked>('/sandbox/submit', form);
}

/** Takes the top modal away, or with `all` the whole stack. */
export async function close(view: { user: string; view_id: string; all?: boolean }): Promise<Acked> {
  return post<Acked>('/sandbox/close', view);
}

export async function suggest(
  question: Spot & { user: string; action_id: string; block_id?: string; value: string },
): Promise<Suggestions> {
  return post<Suggestions>('/sandbox/options', question);
}

export async function command(words: {
  user: string;
  channel: string;
  command: string;
  text: string;
}): Promise<Acked> {
  return post<Acked>('/sandbox/command', words);
}

/** Answers when the app has published, or after some seconds without. */
export async function openHome(user: string): Promise<void> {
  await post('/sandbox/home', { user });
}

export function fileAddress(fileId: string): string {
  return `/sandbox/files/${encodeURIComponent(fileId)}`;
}

function post<T>(path: string, body: object): Promise<T> {
  return call<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new CallError('The workspace does not answer.');
  }
  const answer = (await response.json().catch(() => ({}))) as { error?: unknown };
  if (!response.ok) {
    const reason = typeof answer.error === 'string' ? answer.error : `status ${response.status}`;
    throw new CallError(`The workspace refused: ${reason}`);
  }
  return answer as T;
}
