import { describeError } from '../errors.ts';
import type { Log } from '../log.ts';

const EVERY_MS = 60_000;
const LIMIT_MS = 10_000;

/**
 * Pings an address every minute (real time) for as long as `isWell` says so, so that an outside monitor notices when
 * we are gone or stuck. Returns the way to stop.
 */
export function startHeartbeat(url: string, isWell: () => Promise<boolean>, log: Log): () => void {
  const ping = async (): Promise<void> => {
    if (!(await isWell())) return;
    const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
    await answer.body?.cancel();
    if (!answer.ok) log.warn({ status: answer.status }, 'the heartbeat was not accepted');
  };
  const timer = setInterval(() => {
    ping().catch((error: unknown) =>
      log.warn({ what: describeError(error) }, 'the heartbeat did not arrive'),
    );
  }, EVERY_MS);
  return () => clearInterval(timer);
}
