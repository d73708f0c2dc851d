import { readFileSync } from 'node:fs';
import { DAY } from './metrics-history.ts';

/** One answer of a real Prometheus, as it came. */
export interface Recorded {
  path: string;
  form: Record<string, string>;
  status: number;
  contentType: string;
  body: string;
}

/** Seconds of noon of the day of metrics-history.ts. */
export const NOON = DAY.getTime() / 1_000 + 43_200;

/** Takes longer than anybody waits in these tests. */
export const SLOW = 'sum(sum_over_time((rate(http_requests_total[1h]))[1d:1s]))';

/** What was asked of it: by name, the method and its form. */
export const QUESTIONS = {
  vector: [
    'query',
    { query: 'sum by (code) (increase(http_requests_total{handler=~"/wallets|/payouts"}[1m]))' },
  ],
  matrix: ['query_range', { query: 'sum(increase(http_requests_total{handler=~"/wallets|/payouts"}[1m]))' }],
  scalar: ['query', { query: '1' }],
  text: ['query', { query: '"a text"' }],
  nothing: ['query', { query: 'sum(increase(no_such_total[1m]))' }],
  nan: ['query', { query: 'vector(0) / 0' }],
  infinite: ['query', { query: 'vector(1) / 0' }],
  negative_infinite: ['query', { query: 'vector(-1) / 0' }],
  no_query: ['query', { query: 'sum(' }],
  no_pair: ['query', { query: 'up{instance="a:80"} + on (job) group_left () up' }],
  too_many_points: ['query_range', { query: 'up', step: '0.01' }],
  too_slow: ['query', { query: SLOW, timeout: '1ms' }],
  no_page: ['nothing', {}],
} as const satisfies Record<string, readonly [string, Readonly<Record<string, string>>]>;

export type QuestionName = keyof typeof QUESTIONS;

/** The whole form of a question, times included. */
export function formOf(name: QuestionName): Record<string, string> {
  const [method, form] = QUESTIONS[name];
  if (method === 'query_range') return { start: String(NOON), end: String(NOON + 120), step: '60', ...form };
  return { time: String(NOON), ...form };
}

/** Where the answers of Prometheus 2.42.0 lie; prometheus-real.deep.test.ts records them and holds them to a real one. */
export const RECORDED_FILE = new URL('./recorded/prometheus-2.42.json', import.meta.url);

export function readRecorded(): Record<QuestionName, Recorded> {
  return JSON.parse(readFileSync(RECORDED_FILE, 'utf8')) as Record<QuestionName, Recorded>;
}
