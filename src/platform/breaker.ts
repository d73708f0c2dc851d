import type { Clock } from '../ports.ts';

export interface BreakerOptions {
  /** Calls in a row without an answer that open it. */
  failures: number;
  pauseMs: number;
  clock: Clock;
  onOpened: (failures: number) => void;
  /** The first answer of all, or the first after it was open. */
  onAnswered: () => void;
}

/** Leave to make one call; it is told once what became of it. Null: no answer was waited for. */
type Permit = (answered: boolean | null) => void;

export interface Breaker {
  enter(): { permit: Permit } | { waitMs: number };
  /** Until when nothing is called; null: calls may be made. */
  pausedUntil(): Date | null;
}

/** Others look again this soon while one call tries whether there are answers again. */
const PROBE_MS = 1_000;

/**
 * Stops calls to what gives no answer: after so many failures in a row for a while, then one call tries. Time is our
 * Clock's.
 */
export function makeBreaker({ failures, pauseMs, clock, onOpened, onAnswered }: BreakerOptions): Breaker {
  let inARow = 0;
  let openUntil: Date | null = null;
  let probing = false;
  let isKnownToAnswer = false;
  const pausedUntil = () => (openUntil !== null && openUntil > clock.now() ? openUntil : null);

  function answered(): void {
    inARow = 0;
    openUntil = null;
    if (isKnownToAnswer) return;
    isKnownToAnswer = true;
    onAnswered();
  }

  function failed(isProbe: boolean): void {
    // What was under way when it opened says nothing new.
    if (openUntil !== null && !isProbe) return;
    inARow += 1;
    if (inARow < failures) return;
    const isNews = openUntil === null;
    openUntil = new Date(clock.now().getTime() + pauseMs);
    isKnownToAnswer = false;
    if (isNews) onOpened(inARow);
  }

  return {
    pausedUntil,
    enter() {
      const until = pausedUntil();
      if (until !== null) return { waitMs: until.getTime() - clock.now().getTime() };
      if (openUntil !== null && probing) return { waitMs: PROBE_MS };
      const isProbe = openUntil !== null;
      if (isProbe) probing = true;
      return {
        permit(isAnswered) {
          if (isProbe) probing = false;
          if (isAnswered === true) answered();
          if (isAnswered === false) failed(isProbe);
        },
      };
    },
  };
}
