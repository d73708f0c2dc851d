/** What a service and its Prometheus went through on one day, minute by minute, and what was scraped of it. */

export const DAY = new Date('2026-01-14T00:00:00Z');
const MINUTE_MS = 60_000;
/** Upper bounds of the histogram in seconds, and the share of requests at or under each. */
const BUCKETS: readonly (readonly [string, number])[] = [
  ['0.1', 0.5],
  ['0.5', 0.9],
  ['1', 0.99],
  ['+Inf', 1],
];
const INSTANCES = ['a:80', 'b:80'] as const;

export interface Truth {
  minute: Date;
  /** Of both instances. */
  good: number;
  bad: number;
  state: 'healthy' | 'outage' | 'away' | 'down';
}

/** Minutes of the day, [from, to). */
export const OUTAGE = { from: 360, to: 380 } as const;
/** One of two instances starts anew, its counters at zero. */
export const RESET_AT = 600;
/** Nobody scraped: Prometheus itself was away. */
export const AWAY = { from: 840, to: 850 } as const;
/** Scraped, and no instance answered. */
export const DOWN = { from: 1_080, to: 1_090 } as const;

export function truthAt(index: number): Truth {
  const requests = 2 * (200 + ((index * 37) % 100));
  const within = ({ from, to }: { from: number; to: number }) => index >= from && index < to;
  const state = within(OUTAGE) ? 'outage' : within(AWAY) ? 'away' : within(DOWN) ? 'down' : 'healthy';
  const bad = state === 'outage' ? requests / 2 : index % 50 === 0 ? 2 : 0;
  return { minute: new Date(DAY.getTime() + index * MINUTE_MS), good: requests - bad, bad, state };
}

/** Webhooks of one minute, of both instances; as many more are refused with 400, and health is asked for besides. */
export function webhooksAt(index: number): { good: number; bad: number; refused: number } {
  return { good: 40, bad: truthAt(index).state === 'outage' ? 4 : 0, refused: 20 };
}

/**
 * OpenMetrics text of that day: counters that rise evenly within each minute, scraped every so many seconds, the first time
 * `offsetSeconds` after a minute begins. Half of the requests are each instance's.
 */
export function writeHistory(offsetSeconds: number, minutes = 1_440, scrapeSeconds = 15): string {
  const requests = new Map<string, string[]>();
  const buckets = new Map<string, string[]>();
  const counts = new Map<string, string[]>();
  const up: string[] = [];
  for (const instance of INSTANCES) {
    let [sums, others] = [{ good: 0, bad: 0 }, [0, 0, 0, 0]];
    for (let index = 0; index < minutes; index += 1) {
      if (index === RESET_AT && instance === 'a:80') [sums, others] = [{ good: 0, bad: 0 }, [0, 0, 0, 0]];
      const counted = otherCountsAt(index);
      const { good, bad, state, minute } = truthAt(index);
      for (let second = offsetSeconds; second < 60; second += scrapeSeconds) {
        const at = minute.getTime() / 1_000 + second;
        if (state === 'away' && !(index === AWAY.from && second === 0)) continue;
        const isUp = state !== 'down';
        up.push(`up{job="api",instance="${instance}"} ${isUp ? 1 : 0} ${at}`);
        if (!isUp) continue;
        const part = second / 120;
        const now = { good: sums.good + good * part, bad: sums.bad + bad * part };
        write(requests, `code="200",handler="/wallets",instance="${instance}"`, now.good, at);
        write(requests, `code="500",handler="/payouts",instance="${instance}"`, now.bad, at);
        for (const [which, labels] of OTHERS.entries())
          write(requests, `${labels},instance="${instance}"`, others[which]! + counted[which]! * part, at);
        write(counts, `instance="${instance}"`, now.good + now.bad, at);
        for (const [le, share] of BUCKETS)
          write(buckets, `instance="${instance}",le="${le}"`, (now.good + now.bad) * share, at);
      }
      if (state !== 'down') others = others.map((sum, which) => sum + counted[which]! / 2);
      if (state !== 'down') sums = { good: sums.good + good / 2, bad: sums.bad + bad / 2 };
    }
  }
  return [
    '# TYPE up gauge',
    ...up,
    '# TYPE http_requests counter',
    ...linesOf('http_requests_total', requests),
    '# TYPE http_request_duration_seconds histogram',
    ...linesOf('http_request_duration_seconds_bucket', buckets),
    ...linesOf('http_request_duration_seconds_count', counts),
    '# EOF\n',
  ].join('\n');
}

/** What else is asked of the same service. */
const OTHERS = [
  'code="200",handler="/health"',
  'code="200",handler="/webhooks/bankone"',
  'code="400",handler="/webhooks/bankone"',
  'code="500",handler="/webhooks/bankone"',
] as const;

function otherCountsAt(index: number): number[] {
  const { good, bad, refused } = webhooksAt(index);
  return [12, good, refused, bad];
}

function write(into: Map<string, string[]>, labels: string, value: number, at: number): void {
  const lines = into.get(labels) ?? [];
  into.set(labels, lines);
  lines.push(`${value} ${at}`);
}

function linesOf(name: string, of: ReadonlyMap<string, readonly string[]>): string[] {
  return [...of].flatMap(([labels, lines]) => lines.map((line) => `${name}{job="api",${labels}} ${line}`));
}
