import type { ServerResponse } from 'node:http';
import type { CustomRoute } from '@slack/bolt';
import { describeError } from '../src/errors.ts';
import type { Log } from '../src/log.ts';
import type { Check } from '../src/readiness.ts';

export interface Probes {
  /** Ready: database, migrations, Slack, job lag, policy. */
  readiness(): Promise<Check[]>;
  /** Prometheus text format. */
  metrics(): Promise<{ contentType: string; body: string }>;
}

/** /healthz (the process answers), /readyz (it can work; 503 with the reasons if not), /metrics. */
export function makeRoutes(probes: Probes, log: Log): CustomRoute[] {
  const route = (path: string, answer: (response: ServerResponse) => Promise<void>): CustomRoute => ({
    path,
    method: ['GET'],
    handler: (_request, response) => {
      // A rejection here would leave the request hanging: Bolt does not await route handlers.
      answer(response).catch((error: unknown) => {
        log.error({ err: error, path }, 'a probe failed');
        if (!response.headersSent) json(response, 500, { ok: false, error: describeError(error) });
      });
    },
  });
  return [
    route('/healthz', async (response) => json(response, 200, { ok: true })),
    route('/readyz', async (response) => {
      const checks = await probes.readiness();
      const ok = checks.every((check) => check.ok);
      json(response, ok ? 200 : 503, { ok, checks });
    }),
    route('/metrics', async (response) => {
      const { contentType, body } = await probes.metrics();
      response.writeHead(200, { 'content-type': contentType }).end(body);
    }),
  ];
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
