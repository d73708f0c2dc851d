import type { Clock } from '../../../src/ports.ts';

/** Slack's rate tiers; `none` stands for special ones that an app never meets. */
export type Tier = 1 | 2 | 3 | 4 | 'post' | 'none';

const CALLS_PER_MINUTE: Record<1 | 2 | 3 | 4, number> = { 1: 1, 2: 20, 3: 50, 4: 100 };
/** One message a second a channel; bursts this long are let through. */
const POST_BURST = 4;
/** "Several hundred" messages a minute for the whole workspace. */
const POSTS_PER_MINUTE = 300;

export interface Limits {
  /** Undefined when the call may pass; else the seconds to wait, a whole number of at least one. */
  take(method: string, tier: Tier, channel: string | undefined): number | undefined;
}

interface Bucket {
  tokens: number;
  /** Milliseconds by the workspace's clock. */
  at: number;
}

/** Token buckets on the workspace's clock; `off` lets everything pass. */
export function makeLimits(clock: Clock, strictness: 'slack' | 'off'): Limits {
  if (strictness === 'off') return { take: () => undefined };
  const buckets = new Map<string, Bucket>();

  function wait(key: string, perMinute: number, burst: number): number | undefined {
    const now = clock.now().getTime();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    const refilled = Math.min(burst, bucket.tokens + ((now - bucket.at) * perMinute) / 60_000);
    const passes = refilled >= 1;
    buckets.set(key, { tokens: passes ? refilled - 1 : refilled, at: now });
    return passes ? undefined : Math.max(1, Math.ceil(((1 - refilled) * 60) / perMinute));
  }

  return {
    take(method, tier, channel) {
      if (tier === 'none') return undefined;
      if (tier === 'post')
        return (
          wait(`${method} ${channel ?? ''}`, 60, POST_BURST) ??
          wait(method, POSTS_PER_MINUTE, POSTS_PER_MINUTE)
        );
      return wait(method, CALLS_PER_MINUTE[tier], CALLS_PER_MINUTE[tier]);
    },
  };
}
