import type { ServerResponse } from 'node:http';
import type { Act } from './acts/act.ts';
import { answerApiCall } from './api/dispatch.ts';
import { parseJsonBody, sendJson, type RouteHandler, type RouteRequest } from './http.ts';
import { answerUpload } from './methods/files.ts';
import { METHODS } from './methods/table.ts';
import { answerResponseUrl } from './responses.ts';
import type { Workspace } from './workspace.ts';

/** Sends each request where it belongs; routes from outside come first. */
export function makeRouter(
  workspace: Workspace,
  acts: ReadonlyMap<string, Act>,
  routes: ReadonlyMap<string, RouteHandler>,
): RouteHandler {
  return async (request, response) => {
    const path = request.url.pathname;
    const key = `${request.method} ${path}`;
    const outside = routes.get(key) ?? wildcard(routes, request.method, path);
    if (outside !== undefined) return outside(request, response);
    const act = acts.get(key);
    if (act !== undefined) return answerAct(workspace, act, request, response);
    const [, first, second, third] = path.split('/');
    if (first === 'api') return answerApiCall(workspace, METHODS, second ?? '', request, response);
    if (first === 'upload' && request.method === 'POST')
      return answerUpload(workspace, third ?? '', request, response);
    if (first === 'response' && request.method === 'POST')
      return answerResponseUrl(workspace, second ?? '', request, response);
    if (path.startsWith('/sandbox/files/') && request.method === 'GET')
      return answerFile(workspace, third ?? '', response);
    sendJson(response, 404, { error: `not found: ${key}` });
  };
}

function wildcard(
  routes: ReadonlyMap<string, RouteHandler>,
  method: string,
  path: string,
): RouteHandler | undefined {
  for (const [key, handler] of routes)
    if (key.endsWith('/*') && `${method} ${path}`.startsWith(key.slice(0, -1))) return handler;
  return undefined;
}

async function answerAct(
  workspace: Workspace,
  act: Act,
  request: RouteRequest,
  response: ServerResponse,
): Promise<void> {
  const body = parseJsonBody(request.body);
  if (body === undefined) return sendJson(response, 400, { error: 'the body must be a JSON object' });
  const answer = await act(workspace, body, request);
  sendJson(response, answer.status, answer.body);
}

async function answerFile(workspace: Workspace, id: string, response: ServerResponse): Promise<void> {
  const file = workspace.state.files.get(id);
  const content = file === undefined ? undefined : await workspace.journal.content(id);
  if (file === undefined || content === undefined)
    return sendJson(response, 404, { error: 'file_not_found' });
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': content.length,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.filename)}`,
    'x-content-type-options': 'nosniff',
  });
  response.end(content);
}
