import cron from 'node-cron';
import { describeError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';

/** Real time between two sweeps when nothing is known to fall due earlier; with 15 s unseen, a takeover within 17 s. */
const SWEEP_EVERY_MS = 2_000;

export interface Sweeper {
  start(): void;
  /** Resolves after a whole sweep that began after this call. */
  wake(): Promise<void>;
  /** Something falls due at `at` on our Clock: sweep then, if not earlier. */
  expect(at: Date): void;
  /** Real time of the last whole sweep, as performance.now(). */
  sweptAt(): number | null;
  stop(): Promise<void>;
}

/**
 * Decides when to sweep: every 2 s of real time, on the minute, when our Clock jumps, and at the moment the next
 * thing falls due. Sweeps of one process never overlap.
 */
export function makeSweeper(deps: { clock: Clock; log: Log; sweep(): Promise<Date | null> }): Sweeper {
  const { clock, log } = deps;
  let current: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  let sweptAt: number | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let expectedAt = Number.POSITIVE_INFINITY;
  const ends: (() => void)[] = [];

  function expect(at: Date): void {
    const waitMs = at.getTime() - clock.now().getTime();
    if (stopped || at.getTime() >= expectedAt || waitMs > SWEEP_EVERY_MS) return;
    clearTimeout(timer);
    expectedAt = at.getTime();
    timer = setTimeout(fire, Math.max(waitMs, 1));
  }

  function fire(): void {
    expectedAt = Number.POSITIVE_INFINITY;
    void wake();
  }

  async function sweepOnce(): Promise<void> {
    try {
      const next = await deps.sweep();
      sweptAt = performance.now();
      // It was still to come when it was read, and may have come meanwhile: the next sweep hands it over, at once.
      if (next !== null) expect(next);
    } catch (error) {
      log.error({ error: describeError(error) }, 'a sweep failed');
    }
  }

  function wake(): Promise<void> {
    if (stopped) return current ?? Promise.resolve();
    if (current === undefined) {
      current = sweepOnce().finally(() => {
        current = undefined;
      });
      return current;
    }
    queued ??= current.then(() => {
      queued = undefined;
      return wake();
    });
    return queued;
  }

  return {
    start() {
      const interval = setInterval(() => void wake(), SWEEP_EVERY_MS);
      const onTheMinute = cron.schedule('* * * * *', () => wake(), {
        timezone: 'UTC',
        suppressMissedWarning: true,
      });
      const onJump = clock.onJump(() => void wake());
      ends.push(
        () => clearInterval(interval),
        onJump,
        () => void onTheMinute.destroy(),
      );
    },
    wake,
    expect,
    sweptAt: () => sweptAt,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      for (const end of ends) end();
      await current;
    },
  };
}
