import type { z } from 'zod';
import type { Pool } from '../src/database/pool.ts';
import { AppError, describeError } from '../src/errors.ts';
import type { Clock } from '../src/ports.ts';
import type { AdvanceOptions } from './advance.ts';
import { breaksRoute, clockRoutes, type SandboxRoute } from './control.ts';
import { createTransaction, transactionRequest } from './data/create-transaction.ts';
import { orderProvider, providerOrder } from './data/order-provider.ts';
import { buildPage } from './page/build.ts';
import { makePageRoutes } from './page/routes.ts';
import type { RunningPlatform } from './platform/server.ts';
import { parseJsonBody, sendJson, type RouteHandler } from './slack/http.ts';

/** What the sandbox adds to the workspace's server: its clock, its money, and the page. */
export async function sandboxRoutes(parts: {
  advance: AdvanceOptions;
  finance: Pool;
  platform: Pick<RunningPlatform, 'calls' | 'effects'>;
  clock: Clock;
}): Promise<Map<string, RouteHandler>> {
  const calls = new Map<string, SandboxRoute>([
    ...clockRoutes(parts.advance),
    ['GET /sandbox/breaks', breaksRoute(parts.finance)],
    ['POST /sandbox/transaction', transactionRoute(parts.finance, parts.clock)],
    ...platformRoutes(parts),
  ]);
  const routes = makePageRoutes(await buildPage());
  for (const [key, route] of calls) routes.set(key, jsonRoute(route));
  return routes;
}

/** What the platform was asked and did, and what its providers are told; a test's stage has them too. */
export function platformRoutes(parts: {
  finance: Pool;
  platform: Pick<RunningPlatform, 'calls' | 'effects'>;
  clock: Clock;
}): [string, SandboxRoute][] {
  const { finance, platform, clock } = parts;
  return [
    [
      'GET /sandbox/platform',
      async () => ({ calls: await platform.calls(), effects: await platform.effects() }),
    ],
    [
      'POST /sandbox/provider',
      async (body) => {
        await orderProvider(finance, parseBody(providerOrder, body), clock.now());
        return {};
      },
    ],
  ];
}

function transactionRoute(finance: Pool, clock: Clock): SandboxRoute {
  return async (body) => await createTransaction(finance, parseBody(transactionRequest, body), clock.now());
}

/** What a call asks for. Throws config_invalid with every reason why it asks for nothing. */
function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new AppError('config_invalid', lines.join('; '), { retryable: false });
}

/** A wrong body is 400 with the reason, anything else that goes wrong 500; always a JSON object. */
export function jsonRoute(route: SandboxRoute): RouteHandler {
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
