import { WebClient } from '@slack/web-api';
import { startWorkspace, type WorkspaceOptions } from '../../sandbox/slack/start-workspace.ts';
import type { CallEntry } from '../../sandbox/slack/types.ts';
import { makeLog } from '../../src/log.ts';
import { makeTestClock } from '../support/clock.ts';
import { createBareDatabase } from '../support/databases.ts';

export const BOT_TOKEN = 'xoxb-test';
export const SIGNING_SECRET = 'shhh';

export interface ApiAnswer {
  ok: boolean;
  error?: string;
  errors?: string[];
  response_metadata?: { messages?: string[]; next_cursor?: string };
  [field: string]: unknown;
}

export type OpenWorkspace = Awaited<ReturnType<typeof openWorkspace>>;

/** A fresh workspace on a database of its own, and ways to talk to it. */
export async function openWorkspace(options: Partial<WorkspaceOptions> = {}) {
  const database = await createBareDatabase();
  const clock = makeTestClock('2026-01-15T05:30:00Z');
  const start = () =>
    startWorkspace({
      databaseUrl: database.ownerUrl,
      port: 0,
      clock,
      log: makeLog('silent'),
      app: { eventsUrl: () => null, signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN },
      ...options,
    });
  let running = await start();
  return {
    clock,
    database,
    workspace: () => running,
    url: () => running.url,
    async restart() {
      await running.stop();
      running = await start();
    },
    async stop() {
      await running.stop();
      await database.drop();
    },
    /** A Web API call as JSON. */
    api: (method: string, args: object = {}, token: string | undefined = BOT_TOKEN) =>
      callApi(running.url, method, args, token),
    raw: (path: string, init: RequestInit) => fetch(running.url + path, init),
    act: (path: string, body: object = {}) => post(`${running.url}/sandbox/${path}`, body),
    async state() {
      const response = await fetch(`${running.url}/sandbox/state`);
      return (await response.json()) as Snapshot;
    },
    async calls() {
      const response = await fetch(`${running.url}/sandbox/log`);
      const { calls } = (await response.json()) as { calls: CallEntry[] };
      return calls;
    },
    client: () =>
      new WebClient(BOT_TOKEN, {
        slackApiUrl: running.apiUrl,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: 3_000,
      }),
  };
}

interface Snapshot {
  now: string;
  users: { id: string; name: string; groups: string[]; locale: string; deleted: boolean; guest: boolean }[];
  channels: { id: string; name: string; is_im: boolean; user?: string }[];
  messages: {
    channel: string;
    ts: string;
    thread_ts?: string;
    user: string;
    text: string;
    blocks: Record<string, unknown>[];
    metadata: unknown;
    files: { id: string }[];
    edited?: { ts: string };
  }[];
  ephemerals: { ts: string; user: string; channel: string; text: string }[];
  views: Record<string, { id: string; hash: string; blocks: Record<string, unknown>[] }[]>;
  homes: Record<string, { id: string; blocks: unknown[] }>;
}

async function callApi(
  url: string,
  method: string,
  args: object,
  token: string | undefined,
): Promise<ApiAnswer> {
  const response = await fetch(`${url}/api/${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(token === '' || token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(args),
  });
  return (await response.json()) as ApiAnswer;
}

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}
