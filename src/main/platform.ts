import type { Config } from '../config.ts';
import type { Pool } from '../database/pool.ts';
import { makeFinancePool, primaryOf } from '../finance/connect.ts';
import type { Log } from '../log.ts';
import { makePlatform } from '../platform/gateway.ts';
import { makeEventTeller } from '../platform/tell-events.ts';
import type { Platform } from '../platform/types.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../ports.ts';

/** Checks before sending read a few payouts, not a ledger. */
const CHECK_TIMEOUT_MS = 10_000;

export interface PlatformParts {
  platform: Platform;
  /** What checks before sending read. Throws finance_unavailable where only a stale copy is to be had. */
  financePrimary: () => Promise<Pool>;
  close: () => Promise<void>;
}

/** The payment platform with its alerts, and the money as its checks must read it. */
export function composePlatform(options: {
  config: Config;
  policy: Policy;
  pool: Pool;
  /** The pool that reports read. */
  finance: Pool;
  clock: Clock;
  log: Log;
}): PlatformParts {
  const { config, policy, pool, finance, clock, log } = options;
  const { PLATFORM_URL: url, PLATFORM_TOKEN: token, FINANCE_PRIMARY_URL: primaryUrl } = config;
  if (url === undefined) log.warn('PLATFORM_URL is not set: no payout can be acted on');
  const events = makeEventTeller({ pool, clock, log });
  const primary =
    primaryUrl === undefined
      ? null
      : makeFinancePool(primaryUrl, {
          schema: config.FINANCE_SCHEMA,
          log,
          statementTimeoutMs: CHECK_TIMEOUT_MS,
        });
  return {
    platform: makePlatform({
      policy: policy.platform,
      url,
      token,
      clock,
      log,
      onEvent: (event) => events.tell(event),
    }),
    financePrimary: () => primaryOf({ reporting: finance, primary }),
    async close() {
      await events.close();
      await primary?.end();
    },
  };
}
