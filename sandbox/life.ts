import type { Pool } from '../src/database/pool.ts';
import type { Log } from '../src/log.ts';
import type { Clock } from '../src/ports.ts';
import { liveUntil } from './data/live-until.ts';

/** Real time between two looks at the clock. */
const EVERY_MS = 5_000;

/** The platform lives on while the clock goes by itself; an advance of the clock lives through its steps on its own. */
export function makeLife(finance: Pool, clock: Clock, log: Log): { stop(): Promise<void> } {
  let living: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    living = liveUntil(finance, clock.now()).catch((error: unknown) =>
      log.warn({ err: error }, 'the platform could not live on'),
    );
  }, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await living;
    },
  };
}
