import { setTimeout as delay } from 'node:timers/promises';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import type { PlatformEvent } from './calls.ts';

const ABOUT = { subject: { kind: 'platform', id: 'platform' }, actor: 'job:platform' } as const;

/** Our own database may be away at the same moment; real time. */
const AGAIN_AFTER_MS = [1_000, 5_000, 30_000];

export interface EventTeller {
  /** Takes an event; never waits and never throws. */
  tell: (event: PlatformEvent) => void;
  /** Ends when all that was told is written or given up; from then on nothing is tried again. */
  close: () => Promise<void>;
}

/**
 * Turns what happens to the platform into alerts, one after the other, each in a short transaction of its own: whoever
 * made the call goes on. What can't be written is tried again for half a minute, then logged.
 */
export function makeEventTeller(deps: { pool: Pool; clock: Clock; log: Log }): EventTeller {
  const { pool, clock, log } = deps;
  const closing = new AbortController();
  let last = Promise.resolve();

  async function writeDown(event: PlatformEvent): Promise<void> {
    for (const again of [...AGAIN_AFTER_MS, null]) {
      try {
        await withTransaction(pool, (tx) => write(tx, clock.now(), event));
        return;
      } catch (error) {
        log.error({ err: error, event }, 'an alert about the payment platform could not be written');
      }
      if (again === null || closing.signal.aborted) return;
      await delay(again, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  return {
    tell(event) {
      log.info({ event }, 'payment platform');
      last = last.then(() => writeDown(event));
    },
    async close() {
      closing.abort();
      await last;
    },
  };
}

async function write(tx: Tx, now: Date, event: PlatformEvent): Promise<void> {
  switch (event.as) {
    case 'unreachable': {
      const args = { failures: event.failures };
      await raiseAlert(tx, now, { ...ABOUT, kind: 'platform_unreachable', severity: 'sev2', args });
      return;
    }
    case 'unauthorised': {
      const args = { status: event.status };
      await raiseAlert(tx, now, { ...ABOUT, kind: 'platform_unauthorised', severity: 'sev2', args });
      return;
    }
    case 'reachable':
      await resolveAlert(tx, now, { ...ABOUT, kind: 'platform_unreachable' });
      return;
    case 'authorised':
      await resolveAlert(tx, now, { ...ABOUT, kind: 'platform_unauthorised' });
  }
}
