import { makeBreaker, type Breaker } from './breaker.ts';
import type { Call, Called, PlatformEvent } from './calls.ts';
import { makeDoor, type DoorOptions } from './door.ts';
import { makeHands } from './hands.ts';
import type { ActionName } from './types.ts';

export interface Caller {
  call(call: Call): Promise<Called>;
  pausedUntil: Breaker['pausedUntil'];
}

/** Makes calls within the bounds that all have: a free hand, a closed breaker, a time limit. */
export function makeCaller(options: DoorOptions & { onEvent: (event: PlatformEvent) => void }): Caller {
  const { policy, clock, onEvent } = options;
  const hands = makeHands(policy.most_at_once);
  const breaker = makeBreaker({
    failures: policy.breaker.failures,
    pauseMs: policy.breaker.pause_seconds * 1_000,
    clock,
    onOpened: (failures) => onEvent({ as: 'unreachable', failures }),
    onAnswered: () => onEvent({ as: 'reachable' }),
  });
  const noteEntry = makeEntryNote(onEvent);
  const door = makeDoor(options);

  async function callWithHand(call: Call): Promise<Called> {
    const entered = breaker.enter();
    if ('waitMs' in entered)
      return { as: 'later', why: 'paused', retryAfterMs: entered.waitMs, exchange: null };
    let answered: boolean | null = null;
    let called: Called;
    try {
      called = await door(call);
      answered = wasAnswered(called);
    } finally {
      entered.permit(answered);
    }
    noteEntry(call, called);
    return called;
  }

  return {
    pausedUntil: () => breaker.pausedUntil(),
    async call(call) {
      const release = await hands.take(call.mostWaitMs);
      if (release === null) return { as: 'later', why: 'busy', retryAfterMs: null, exchange: null };
      try {
        return await callWithHand(call);
      } finally {
        release();
      }
    },
  };
}

/** For the breaker an error of their own server is no answer; what nobody was called for is neither. */
function wasAnswered(called: Called): boolean | null {
  if (called.as === 'unsendable') return null;
  if (called.as === 'answered') return called.answer.status < 500;
  return called.as === 'unauthorised' || called.as === 'later';
}

/** Tells when a call is not let in, and when all that were not have been again; each action has a right of its own. */
function makeEntryNote(onEvent: (event: PlatformEvent) => void): (call: Call, called: Called) => void {
  const shutOut = new Set<ActionName>();
  let isKnownToEnter = false;
  return ({ action, isDeclared }, called) => {
    if (called.as === 'unauthorised') {
      isKnownToEnter = false;
      if (shutOut.size === 0) onEvent({ as: 'unauthorised', status: called.status });
      shutOut.add(action);
    }
    if (called.as !== 'answered' || !isDeclared(called.answer)) return;
    shutOut.delete(action);
    if (shutOut.size > 0 || isKnownToEnter) return;
    isKnownToEnter = true;
    onEvent({ as: 'authorised' });
  };
}
