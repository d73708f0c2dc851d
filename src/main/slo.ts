import { renderBurn, renderBurnPlain } from '../../blocks/slo-burn.ts';
import { renderReport, renderReportPlain } from '../../blocks/slo-report.ts';
import { renderShare, renderSharePlain } from '../../blocks/slo-share.ts';
import type { ActionSource } from '../actions/deps.ts';
import { makePrometheus } from '../adapters/prometheus.ts';
import type { CardKind } from '../cards/types.ts';
import type { Config } from '../config.ts';
import type { Pool, Queryable } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import type { EscalationDeps } from '../escalations/deps.ts';
import { makeFinancePool } from '../finance/connect.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import type { OverrideKind } from '../overrides/kind.ts';
import type { SloWindowFacts } from '../overrides/types.ts';
import type { ShowDeps } from '../payouts/load-payout.ts';
import type { Policy } from '../policy.ts';
import type { Sli } from '../ports.ts';
import type { AcknowledgeDeps } from '../slo/acknowledge.ts';
import { makeCollectSchedule, makeCollectTask } from '../slo/collect.ts';
import type { SloDeps } from '../slo/deps.ts';
import { makeEscalate } from '../slo/escalate.ts';
import { makeMinutesSli, makePayoutSli } from '../slo/finance-source.ts';
import { loadBurn, type BurnModel } from '../slo/load-burn.ts';
import { loadReport, REPORT_SOURCE, type ReportModel } from '../slo/load-report.ts';
import { makePrometheusSli } from '../slo/prometheus-source.ts';
import { makePruneMinutesSchedule, makePruneMinutesTask } from '../slo/prune-minutes.ts';
import { readSlos } from '../slo/read-slos.ts';
import { reportFile } from '../slo/report-file.ts';
import { makeReportSchedule, makeReportTask } from '../slo/report.ts';
import { showLeftOut } from '../slo/show-left-out.ts';
import { loadShare, type ShareModel } from '../slo/share.ts';
import { BURN_CARD, REPORT_CARD, SHARE_CARD, type PrometheusIndicator, type Slo } from '../slo/types.ts';
import { makeCountWebhooks } from '../slo/webhook-failures.ts';
import { makeWindowKind } from '../slo/window-kind.ts';
import { composeRisk, type RiskParts } from './slo-risk.ts';

type PrometheusConfig = Pick<
  Config,
  'PROMETHEUS_URL' | 'PROMETHEUS_TOKEN' | 'PROMETHEUS_USER' | 'PROMETHEUS_PASSWORD'
>;

export interface SloParts {
  /** For handlers. */
  deps: SloDeps;
  burns: AcknowledgeDeps;
  risk: RiskParts['risk'];
  /** That a stretch of time is not counted is an override of this kind. */
  overrideKind: OverrideKind<SloWindowFacts>;
  /** The weekly report leads to actions. */
  actionSource: ActionSource;
  taskKinds: TaskKind<unknown>[];
  schedules: Schedule[];
  cards: CardKind<unknown>[];
  close(): Promise<void>;
}

/** A source that takes longer does not answer. */
const STATEMENT_LIMIT_MS = 4_000;

/** Service levels: what reads and judges them, what is told of them, and the weekly report. */
export function composeSlo(options: {
  pool: Pool;
  /** May be a replica. */
  finance: Pool;
  policy: Policy;
  config: PrometheusConfig & Pick<Config, 'FINANCE_DATABASE_URL' | 'FINANCE_SCHEMA'>;
  log: Log;
  escalations: EscalationDeps;
  /** Of payouts, for those that are at risk. */
  show: ShowDeps;
  onChange: NonNullable<SloDeps['onChange']>;
}): SloParts {
  const { pool, finance, policy, config, log, escalations, onChange, show } = options;
  const slos = readSlos(policy.slo.folder);
  const common = { pool, policy, slos, onChange };
  // Its own: a view that is locked would keep the connections of everybody else who reads the money.
  const own = makeFinancePool(config.FINANCE_DATABASE_URL, {
    schema: config.FINANCE_SCHEMA,
    log,
    max: 4,
    statementTimeoutMs: STATEMENT_LIMIT_MS,
  });
  const sourceOf = sourcesOf({ config, finance: own });
  const deps: SloDeps = { ...common, log, sourceOf, ...makeEscalate(escalations) };
  const risk = composeRisk({ ...common, finance, show });
  const report = { ...common, countWebhooks: makeCountWebhooks(finance) };
  return {
    deps,
    burns: { ...common, escalations },
    risk: risk.risk,
    overrideKind: makeWindowKind({ pool, slos, onLeftOut: showLeftOut }),
    actionSource: REPORT_SOURCE,
    taskKinds: [
      makeCollectTask(deps) as TaskKind<unknown>,
      makePruneMinutesTask(deps) as TaskKind<unknown>,
      makeReportTask(report) as TaskKind<unknown>,
      ...risk.taskKinds,
    ],
    schedules: [
      makeCollectSchedule(policy),
      makePruneMinutesSchedule(policy.business.time_zone),
      makeReportSchedule(policy),
      ...risk.schedules,
    ],
    cards: [...sloCards(deps), ...risk.cards],
    close: () => own.end(),
  };
}

/** One episode of burning, the weekly report with its file, an answer that somebody showed. */
function sloCards({ policy, slos }: Pick<SloDeps, 'policy' | 'slos'>): CardKind<unknown>[] {
  const burn: CardKind<BurnModel> = {
    kind: BURN_CARD,
    load: (db, card) => loadBurn(db, card.subject.id, { policy, slos }),
    render: renderBurn,
    renderPlain: renderBurnPlain,
  };
  const report: CardKind<ReportModel> = {
    kind: REPORT_CARD,
    load: (db, card) => loadReport(db, card.subject.id),
    render: renderReport,
    renderPlain: renderReportPlain,
    files: (model, { locale }, db: Queryable) => [reportFile(model, locale, db)],
  };
  const share: CardKind<ShareModel> = {
    kind: SHARE_CARD,
    load: (db, card) => loadShare(db, card.subject.id, policy.business.time_zone),
    render: renderShare,
    renderPlain: renderSharePlain,
  };
  return [burn, report, share] as CardKind<unknown>[];
}

/** How service levels are measured: each by what its definition names. */
function sourcesOf(options: { finance: Pool; config: PrometheusConfig }): (slo: Slo) => Sli {
  const { finance, config } = options;
  const known = new Map<string, Sli>();
  const make = ({ indicator }: Slo): Sli => {
    switch (indicator.source) {
      case 'payouts':
        return makePayoutSli({ finance, withinHours: indicator.withinHours });
      case 'sli_minutes':
        return makeMinutesSli({ finance, sli: indicator.sli });
      case 'prometheus':
        return prometheusSli(config, indicator);
    }
  };
  return (slo) => {
    const made = known.get(slo.name) ?? make(slo);
    known.set(slo.name, made);
    return made;
  };
}

function prometheusSli(config: PrometheusConfig, indicator: PrometheusIndicator): Sli {
  const { PROMETHEUS_URL: url, PROMETHEUS_TOKEN: token } = config;
  const { PROMETHEUS_USER: user, PROMETHEUS_PASSWORD: password } = config;
  if (url === undefined)
    return {
      read: async () => {
        throw new AppError('sli_unavailable', 'PROMETHEUS_URL is not set', { retryable: true });
      },
    };
  const prometheus = makePrometheus({
    url,
    ...(token === undefined ? {} : { token }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  });
  return makePrometheusSli(prometheus, indicator);
}
