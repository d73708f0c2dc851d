import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Pool } from './database/pool.ts';
import type { SettledAs } from './jobs/types.ts';

export interface Metrics {
  taskSettled(kind: string, as: SettledAs, ms: number): void;
  /** A request that claims to be from Slack was not let in. */
  slackRefused(reason: string): void;
  /** One of what COUNTED names happened. */
  count(what: Counted, label: string, times?: number): void;
  /** Adds gauges of others to the registry; once, while the app is put together. */
  register(add: (registry: Registry) => void): void;
  /** Prometheus text format (prometheus.io/docs/instrumenting/exposition_formats). */
  read(): Promise<{ contentType: string; body: string }>;
}

/** What is counted as it happens, `mutabik_<name>_total`, each by one label. */
const COUNTED = {
  people_refused: { help: 'People who wanted what they may not do, by reason.', label: 'why' },
  escalation_steps: { help: 'Levels of escalations that were told, by severity.', label: 'severity' },
  pages: { help: 'Pages that the pager took, or never will.', label: 'state' },
  payouts_seen: { help: 'Episodes of stuck or failed payouts, opened and over.', label: 'what' },
  operations: { help: 'Operations that are over, by action and state.', label: 'outcome' },
  overrides: { help: 'What became of requests to do something by hand.', label: 'what' },
  exemptions: { help: 'What became of exemptions, and reminders asked for.', label: 'what' },
  actions: { help: 'Actions of reviews that were added, done and dropped.', label: 'what' },
  slo: { help: 'What became of service levels: burns, breaches, reports, answers shown.', label: 'what' },
  finding_acts: { help: 'What people did about findings.', label: 'act' },
} as const;
type Counted = keyof typeof COUNTED;

/** The app's metrics in a registry of their own. What stands in rows is counted when somebody asks. */
export function makeMetrics(pool: Pool): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const tasks = new Counter({
    name: 'mutabik_tasks_total',
    help: 'Runs of durable tasks by kind and how they ended.',
    labelNames: ['kind', 'as'],
    registers,
  });
  const seconds = new Histogram({
    name: 'mutabik_task_seconds',
    help: 'Duration of one run of a task.',
    labelNames: ['kind'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60],
    registers,
  });
  const refused = new Counter({
    name: 'mutabik_slack_refused_requests_total',
    help: 'Requests to /slack/events that were not let in, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const counters = new Map<string, Counter>(
    Object.entries(COUNTED).map(([name, { help, label }]) => [
      name,
      new Counter({ name: `mutabik_${name}_total`, help, labelNames: [label], registers }),
    ]),
  );
  for (const gauge of ROW_GAUGES) gaugeOfRows(registry, pool, gauge);
  return {
    taskSettled(kind, as, ms) {
      tasks.inc({ kind, as });
      seconds.observe({ kind }, ms / 1000);
    },
    slackRefused: (reason) => refused.inc({ reason }),
    count: (what, label, times = 1) => counters.get(what)?.inc({ [COUNTED[what].label]: label }, times),
    register: (add) => add(registry),
    read: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

interface RowGauge {
  name: string;
  help: string;
  label: string;
  /** Has rows of label, value and, with a second label, second. */
  second?: string;
  sql: string;
}

/** What stands in rows, counted when somebody asks. */
const ROW_GAUGES: readonly RowGauge[] = [
  {
    name: 'mutabik_open_findings',
    help: 'Findings that are not resolved, by risk class.',
    label: 'class',
    sql: `select class as label, count(*)::int as value from findings where state <> 'resolved' group by class`,
  },
  {
    name: 'mutabik_last_complete_run_timestamp_seconds',
    help: 'End of the window of the newest complete reconciliation, by kind.',
    label: 'kind',
    sql: `select kind as label, extract(epoch from max(window_to))::float8 as value from runs where state = 'complete' group by kind`,
  },
  {
    name: 'mutabik_open_alerts',
    help: 'Alerts that are not resolved, by severity.',
    label: 'severity',
    sql: `select severity as label, count(*)::int as value from alerts where state = 'open' group by severity`,
  },
  {
    name: 'mutabik_open_escalations',
    help: 'Escalations that are not over, by severity and state.',
    label: 'severity',
    second: 'state',
    sql: `select severity as label, state as second, count(*)::int as value from escalations where state <> 'resolved' group by 1, 2`,
  },
  {
    name: 'mutabik_open_payouts',
    help: 'Payouts that are stuck or have failed, by risk class.',
    label: 'class',
    sql: `select class as label, count(*)::int as value from payouts where state = 'open' group by class`,
  },
  {
    name: 'mutabik_open_operations',
    help: 'Operations that are not over, by state; unknown ones are being looked up.',
    label: 'state',
    sql: `select state as label, count(*)::int as value from operations where settled_at is null group by state`,
  },
];

function gaugeOfRows(registry: Registry, pool: Pool, { name, help, label, second, sql }: RowGauge): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: second === undefined ? [label] : [label, second],
    registers: [registry],
    async collect() {
      const { rows } = await pool.query<{ label: string; second: string; value: number }>(sql);
      gauge.reset();
      for (const row of rows) {
        const labels = { [label]: row.label, ...(second === undefined ? {} : { [second]: row.second }) };
        gauge.set(labels, row.value);
      }
    },
  });
}
