import type { ServerResponse } from 'node:http';
import { refuse, refuseArguments, type Answer } from '../answer.ts';
import type { RouteRequest } from '../http.ts';
import { channelByName } from '../look-up.ts';
import type { Workspace } from '../workspace.ts';
import { answerCall, type Outcome } from './answer-call.ts';
import { readArgs, type Args } from './args.ts';
import type { ApiMethod } from './method.ts';

/** Answers one call of /api/<name>. */
export async function answerApiCall(
  workspace: Workspace,
  methods: ReadonlyMap<string, ApiMethod>,
  name: string,
  request: RouteRequest,
  response: ServerResponse,
): Promise<void> {
  const args = await readArgs(request);
  const method = methods.get(name);
  const headers = {
    'x-oauth-scopes': (method?.token === 'app' ? method.scopes : [...workspace.scopes]).join(','),
    ...(method === undefined ? {} : { 'x-accepted-oauth-scopes': method.scopes.join(',') }),
  };
  const run = async () => await outcomeOf(workspace, name, method, args);
  await answerCall(workspace, { name, args: args?.all ?? {}, headers, run }, response);
}

async function outcomeOf(
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
  if (method.token === 'app') return decideAppEntry(workspace, args);
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

/** An app-level token comes in the header and has the one scope it was made with. */
function decideAppEntry({ app }: Workspace, { token, isBearer }: Args): Answer | undefined {
  if (token === undefined || !isBearer) return refuse('not_authed');
  if (token.startsWith('xoxb-')) return refuse('not_allowed_token_type');
  return token === app.appToken ? undefined : refuse('invalid_auth');
}
