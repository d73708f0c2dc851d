import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { isRefusal, refuse, type Answer } from '../answer.ts';
import type { Fault } from '../faults.ts';
import { sendJson, sendText } from '../http.ts';
import type { JsonObject } from '../types.ts';
import type { Workspace } from '../workspace.ts';

/** How long a "slow" fault holds an answer back, in real milliseconds. */
const SLOW_MS = 2_000;

/** What comes of a call: JSON, or the text that is sent instead. */
export interface Outcome {
  status: number;
  answer: Answer;
  text?: string;
  /** Whole seconds, with 429. */
  retryAfter?: number;
}

/** One request of the app to Slack: a Web API method, an upload (files.upload) or a response_url. */
export interface AppCall {
  name: string;
  args: JsonObject;
  headers: Record<string, string>;
  run(): Promise<Outcome>;
}

/** Runs a call between its hooks, with the fault that waits for it, logs it, stores it, and only then replies. */
export async function answerCall(
  workspace: Workspace,
  call: AppCall,
  response: ServerResponse,
): Promise<void> {
  for (const hook of workspace.hooks) await hook(call.name, 'before');
  const fault = workspace.faults.take(call.name, 'slack');
  const isSilent = fault?.kind === 'timeout' || fault?.kind === 'drop';
  const outcome = outcomeOfFault(fault) ?? (await call.run());
  logCall(workspace, call, outcome, fault);
  await workspace.journal.flush();
  if (!isSilent) for (const hook of workspace.hooks) await hook(call.name, 'after');
  if (fault?.kind === 'slow') await wait(SLOW_MS);
  if (fault?.kind === 'lost_reply' || fault?.kind === 'drop') response.destroy();
  if (response.destroyed) return;
  if (fault?.kind === 'timeout') return void (await once(response, 'close'));
  send(response, call, outcome);
}

/** Faults that leave nothing done. */
function outcomeOfFault(fault: Fault | undefined): Outcome | undefined {
  switch (fault?.kind) {
    case '429':
      return { status: 429, answer: refuse('ratelimited'), retryAfter: fault.retryAfter };
    case '500':
      return { status: 500, answer: refuse('internal_error') };
    case 'error':
      return { status: 200, answer: refuse(fault.error) };
    case 'drop':
    case 'timeout':
      return { status: 0, answer: refuse(fault.kind) };
    case 'slow':
    case 'lost_reply':
    case undefined:
      return undefined;
  }
}

function send(response: ServerResponse, call: AppCall, outcome: Outcome): void {
  if (outcome.text !== undefined) return sendText(response, outcome.status, outcome.text);
  const retryAfter = outcome.retryAfter === undefined ? {} : { 'retry-after': String(outcome.retryAfter) };
  sendJson(response, outcome.status, outcome.answer, { ...call.headers, ...retryAfter });
}

function logCall(workspace: Workspace, call: AppCall, outcome: Outcome, fault: Fault | undefined): void {
  const { answer, status } = outcome;
  const messages = (answer['response_metadata'] as { messages?: string[] } | undefined)?.messages;
  workspace.calls.append({
    direction: 'api',
    method: call.name,
    ok: answer.ok,
    status,
    ...(isRefusal(answer) ? { error: answer.error } : {}),
    ...(messages === undefined ? {} : { messages }),
    ...(fault === undefined ? {} : { fault: fault.kind }),
    args: call.args,
  });
}
