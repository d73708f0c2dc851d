import type { Pool } from '../src/database/pool.ts';
import { AppError, describeError } from '../src/errors.ts';
import type { Clock } from '../src/ports.ts';
import type { AdvanceOptions } from './advance.ts';
import { breaksRoute, clockRoutes, type SandboxRoute } from './control.ts';
import { createTransaction, transactionRequest } from './data/create-transaction.ts';
import { buildPage } from './page/build.ts';
import { makePageRoutes } from './page/routes.ts';
import { parseJsonBody, sendJson, type RouteHandler } from './slack/http.ts';

/** What the sandbox adds to the workspace's server: its clock, its money, and the page. */
export async function sandboxRoutes(parts: {
  advance: AdvanceOptions;
  finance: Pool;
  clock: Clock;
}): Promise<Map<string, RouteHandler>> {
  const calls = new Map<string, SandboxRoute>([
    ...clockRoutes(parts.advance),
    ['GET /sandbox/breaks', breaksRoute(parts.finance)],
    ['POST /sandbox/transaction', transactionRoute(parts.finance, parts.clock)],
    // Nothing can ask the platform for anything yet; the shape is the one that stays.
    ['GET /sandbox/platform', async () => ({ calls: [], effects: [] })],
  ]);
  const routes = makePageRoutes(await buildPage());
  for (const [key, route] of calls) routes.set(key, jsonRoute(route));
  return routes;
}

function transactionRoute(finance: Pool, clock: Clock): SandboxRoute {
  return async (body) => {
    const parsed = transactionRequest.safeParse(body);
    if (!parsed.success) {
      const lines = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
      throw new AppError('config_invalid', lines.join('; '), { retryable: false });
    }
    return await createTransaction(finance, parsed.data, clock.now());
  };
}

/** A wrong body is 400 with the reason, anything else that goes wrong 500; always a JSON object. */
function jsonRoute(route: SandboxRoute): RouteHandler {
  return async (request, response) => {
    const body = parseJsonBody(request.body);
    if (body === undefined) return sendJson(response, 400, { error: 'the body must be a JSON object' });
    try {
      sendJson(response, 200, await route(body));
    } catch (error) {
      const wrong = error instanceof AppError && error.code === 'config_invalid';
      sendJson(response, wrong ? 400 : 500, { error: describeError(error) });
    }
  };
}
