import type { ServerResponse } from 'node:http';
import { refuse } from './answer.ts';
import { answerCall, type Outcome } from './api/answer-call.ts';
import { validateMessageBlocks } from './blocks/message.ts';
import { withIds } from './blocks/ids.ts';
import type { ResponseTarget } from './deliveries/tickets.ts';
import { parseJsonBody, type RouteRequest } from './http.ts';
import { findMessage } from './look-up.ts';
import { BOT, type JsonObject } from './types.ts';
import type { Workspace } from './workspace.ts';

/** What faults, hooks and the log call it. */
export const RESPONSE_URL = 'response_url';

/** A POST to a response_url: https://docs.slack.dev/interactivity/handling-user-interaction */
export async function answerResponseUrl(
  workspace: Workspace,
  token: string,
  request: RouteRequest,
  response: ServerResponse,
): Promise<void> {
  const body = parseJsonBody(request.body);
  const run = async () => outcomeOf(workspace, token, body);
  await answerCall(workspace, { name: RESPONSE_URL, args: body ?? {}, headers: {}, run }, response);
}

function outcomeOf(workspace: Workspace, token: string, body: JsonObject | undefined): Outcome {
  const problem = body === undefined ? 'invalid_payload' : contentProblem(body);
  if (body === undefined || problem !== undefined)
    return { status: 400, answer: refuse(problem ?? ''), text: problem ?? '' };
  const target = workspace.tickets.useResponseUrl(token);
  if ('error' in target) return { status: 404, answer: refuse(target.error) };
  apply(workspace, target, body);
  return { status: 200, answer: { ok: true } };
}

function contentProblem(body: JsonObject): string | undefined {
  const { text, blocks } = body;
  if (body['delete_original'] === true) return undefined;
  if (blocks !== undefined && validateMessageBlocks(blocks).length > 0) return 'invalid_blocks';
  return text === undefined && blocks === undefined ? 'no_text' : undefined;
}

function apply(workspace: Workspace, target: ResponseTarget, body: JsonObject): void {
  const { state } = workspace;
  const blocks = body['blocks'] as JsonObject[] | undefined;
  const content = {
    text: typeof body['text'] === 'string' ? body['text'] : '',
    ...(blocks === undefined || blocks.length === 0 ? {} : { blocks: withIds(blocks) }),
  };
  const wantsOriginal = body['delete_original'] === true || body['replace_original'] === true;
  if (wantsOriginal && target.messageTs !== undefined) {
    changeOriginal(workspace, target, body['delete_original'] === true ? undefined : content);
    return;
  }
  const threadTs = typeof body['thread_ts'] === 'string' ? body['thread_ts'] : target.threadTs;
  const at = {
    channel: target.channel,
    ts: state.nextTs(),
    ...(threadTs === undefined ? {} : { threadTs }),
  };
  if (body['response_type'] === 'in_channel')
    state.saveMessage({ ...at, user: BOT.userId, botId: BOT.botId, ...content });
  else state.saveEphemeral({ ...at, user: target.user, ...content });
}

/** Rewrites or removes what was clicked; without content it is removed. */
function changeOriginal(
  workspace: Workspace,
  target: ResponseTarget,
  content: { text: string; blocks?: JsonObject[] } | undefined,
): void {
  const { state } = workspace;
  const ts = target.messageTs ?? '';
  const ephemeral = state.ephemerals.find((one) => one.ts === ts);
  if (ephemeral !== undefined) {
    if (content === undefined) return state.dropEphemeral(ephemeral);
    delete ephemeral.blocks;
    return state.saveEphemeral(Object.assign(ephemeral, content));
  }
  const message = findMessage(state, target.channel, ts);
  if (message === undefined) return;
  if (content === undefined) return state.dropMessage(message);
  delete message.blocks;
  Object.assign(message, content, { edited: { user: BOT.userId, ts: state.nextTs() } });
  state.saveMessage(message);
}
