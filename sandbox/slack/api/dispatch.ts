import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { isRefusal, refuse, refuseArguments, type Answer } from '../answer.ts';
import type { Fault } from '../faults.ts';
import { sendJson, type RouteRequest } from '../http.ts';
import { channelByName } from '../look-up.ts';
import type { Workspace } from '../workspace.ts';
import { readArgs, type Args } from './args.ts';
import type { ApiMethod } from './method.ts';

/** How long a "slow" fault holds an answer back, in real milliseconds. */
const SLOW_MS = 2_000;

interface Outcome {
  status: number;
  answer: Answer;
  retryAfter?: number;
}

/** Answers one call of /api/<name>, planted faults included, and logs it. */
export async function answerApiCall(
  workspace: Workspace,
  methods: ReadonlyMap<string, ApiMethod>,
  name: string,
  request: RouteRequest,
  response: ServerResponse,
): Promise<void> {
  const args = await readArgs(request);
  for (const hook of workspace.hooks) await hook(name, 'before');
  const fault = workspace.faults.take(name, 'slack');
  if (fault !== undefined && (fault.kind === 'timeout' || fault.kind === 'drop')) {
    await keepSilent(workspace, name, args, fault, response);
    return;
  }
  const method = methods.get(name);
  const outcome = outcomeOfFault(fault) ?? (await outcomeOfCall(workspace, name, method, args));
  logCall(workspace, name, args, outcome, fault);
  await workspace.journal.flush();
  for (const hook of workspace.hooks) await hook(name, 'after');
  if (fault?.kind === 'slow') await wait(SLOW_MS);
  if (fault?.kind === 'lost_reply') response.destroy();
  if (response.destroyed) return;
  sendJson(response, outcome.status, outcome.answer, headersOf(workspace, method, outcome));
}

/** Nothing is done and no answer comes: either the connection breaks at once or the client gives up. */
async function keepSilent(
  workspace: Workspace,
  name: string,
  args: Args | undefined,
  fault: Fault,
  response: ServerResponse,
): Promise<void> {
  logCall(workspace, name, args, { status: 0, answer: refuse(fault.kind) }, fault);
  await workspace.journal.flush();
  if (fault.kind === 'drop') response.destroy();
  else if (!response.destroyed) await once(response, 'close');
}

function outcomeOfFault(fault: Fault | undefined): Outcome | undefined {
  if (fault?.kind === '429')
    return { status: 429, answer: refuse('ratelimited'), retryAfter: fault.retryAfter };
  if (fault?.kind === '500') return { status: 500, answer: refuse('internal_error') };
  if (fault?.kind === 'error') return { status: 200, answer: refuse(fault.error) };
  return undefined;
}

async function outcomeOfCall(
  workspace: Workspace,
  name: string,
  method: ApiMethod | undefined,
  args: Args | undefined,
): Promise<Outcome> {
  if (args === undefined) return { status: 200, answer: refuse('invalid_post_type') };
  if (method === undefined) return { status: 200, answer: refuse('unknown_method', { req_method: name }) };
  const stopped = decideEntry(workspace, method, args);
  if (stopped !== undefined) return { status: 200, answer: stopped };
  const retryAfter = workspace.limits.take(name, method.tier, channelOf(workspace, args));
  if (retryAfter !== undefined) return { status: 429, answer: refuse('ratelimited'), retryAfter };
  const missing = (method.required ?? []).filter((field) => !args.has(field));
  if (missing.length > 0)
    return {
      status: 200,
      answer: refuseArguments(...missing.map((field) => `missing required field: ${field}`)),
    };
  return { status: 200, answer: await method.run(workspace, args) };
}

/** One channel has one limit, by whatever name it is called. */
function channelOf(workspace: Workspace, args: Args): string | undefined {
  const given = args.text('channel');
  return given === undefined ? undefined : (channelByName(workspace.state, given)?.id ?? given);
}

/** Token and scopes, in Slack's order. */
function decideEntry(workspace: Workspace, method: ApiMethod, args: Args): Answer | undefined {
  if (method.open === true) return undefined;
  if (args.token === undefined) return refuse('not_authed');
  if (args.token.startsWith('xapp-')) return refuse('not_allowed_token_type');
  if (args.token !== workspace.app.botToken) return refuse('invalid_auth');
  if (method.scopes.length === 0 || method.scopes.some((scope) => workspace.scopes.has(scope)))
    return undefined;
  return refuse('missing_scope', {
    needed: method.scopes.join(','),
    provided: [...workspace.scopes].join(','),
  });
}

function logCall(
  workspace: Workspace,
  method: string,
  args: Args | undefined,
  outcome: Outcome,
  fault: Fault | undefined,
): void {
  const { answer, status } = outcome;
  const messages = (answer['response_metadata'] as { messages?: string[] } | undefined)?.messages;
  workspace.calls.append({
    direction: 'api',
    method,
    ok: answer.ok,
    status,
    ...(isRefusal(answer) ? { error: answer.error } : {}),
    ...(messages === undefined ? {} : { messages }),
    ...(fault === undefined ? {} : { fault: fault.kind }),
    args: args?.all ?? {},
  });
}

function headersOf(
  workspace: Workspace,
  method: ApiMethod | undefined,
  outcome: Outcome,
): Record<string, string> {
  return {
    'x-oauth-scopes': [...workspace.scopes].join(','),
    ...(method === undefined ? {} : { 'x-accepted-oauth-scopes': method.scopes.join(',') }),
    ...(outcome.retryAfter === undefined ? {} : { 'retry-after': String(outcome.retryAfter) }),
  };
}
