import type { PrometheusIndicator } from '../../src/slo/types.ts';

const REQUESTS = 'http_requests_total{job="api",handler!~"/health|/webhooks/.*"';
const TOTAL = `sum(increase(${REQUESTS}}[$window]))`;

/** Requests without a server error, as docs/prometheus.md writes it. */
export const API: PrometheusIndicator = {
  source: 'prometheus',
  counter: true,
  good: `sum(increase(${REQUESTS},code!~"5.."}[$window])) or 0 * ${TOTAL}`,
  bad: null,
  total: TOTAL,
  up: 'max(max_over_time(up{job="api"}[$window]))',
  value: null,
  contributors: `sum by (handler) (increase(${REQUESTS},code=~"5.."}[$window]))`,
};

const BUCKETS = 'http_request_duration_seconds_bucket{job="api"';

/** Requests at or under half a second, with the p95 beside it. */
export const LATENCY: PrometheusIndicator = {
  ...API,
  good: `sum(increase(${BUCKETS},le="0.5"}[$window]))`,
  total: `sum(increase(${BUCKETS},le="+Inf"}[$window]))`,
  value: `histogram_quantile(0.95, sum by (le) (rate(${BUCKETS}}[5m])))`,
  contributors: null,
};
