import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from '../../src/database/pool.ts';
import type { Log } from '../../src/log.ts';
import type { Clock } from '../../src/ports.ts';
import { makeFaults, type FaultOrder } from '../slack/faults.ts';
import { sendJson } from '../slack/http.ts';
import { answerCall, type CallHook } from './answer-call.ts';
import { readCalls, readEffects, type PlatformCall, type PlatformEffect } from './call-log.ts';

export interface RunningPlatform {
  url: string;
  /** Faults for the targets platform, platform.<action> and provider; false for any other. */
  plant(order: FaultOrder): Promise<boolean>;
  /** Every call of the API and what it caused, in order, also those of earlier processes. */
  calls(): Promise<PlatformCall[]>;
  effects(): Promise<PlatformEffect[]>;
  /** Called around every call; returns how to be called no more. */
  onCall(hook: CallHook): () => void;
  stop(): Promise<void>;
}

const TARGET = /^(provider|platform(\.(retry|recheck|lookup|mark_paid|reject))?)$/;

/**
 * The stand-in payment platform: a back office over HTTP on a seeded finance database, whose payouts it moves by the
 * state machine, with their balances. Its providers answer as they were told.
 */
export async function startPlatform(options: {
  port: number;
  /** Of the finance database, as its owner. */
  pool: Pool;
  clock: Clock;
  token: string;
  log: Log;
}): Promise<RunningPlatform> {
  const { pool, log } = options;
  const faults = makeFaults();
  const hooks = new Set<CallHook>();
  const server = createServer((request, response) => {
    answerCall({ ...options, faults, hooks }, request, response).catch((error: unknown) => {
      log.warn({ err: error }, 'the stand-in platform failed');
      if (response.headersSent || response.destroyed) response.destroy();
      else sendJson(response, 500, { code: 'internal_error', message: 'Something went wrong.' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: '127.0.0.1' }, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    url: `http://localhost:${bound.port}`,
    async plant(order) {
      if (!TARGET.test(order.target)) return false;
      if (order.target === 'provider' && (order.kind === 'lost_reply' || order.kind === 'none'))
        await loseWebhooks(pool, order.kind === 'none' ? 0 : order.times);
      if (order.target !== 'provider' || order.kind !== 'lost_reply') faults.plant(order);
      return true;
    },
    calls: () => readCalls(pool),
    effects: () => readEffects(pool),
    onCall(hook) {
      hooks.add(hook);
      return () => void hooks.delete(hook);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Kept in the database, where life decides payments. */
async function loseWebhooks(pool: Pool, times: number): Promise<void> {
  await pool.query(
    `insert into sandbox.lost_webhooks (times) values ($1) on conflict (singleton) do update set times = excluded.times`,
    [times],
  );
}
