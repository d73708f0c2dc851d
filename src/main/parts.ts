import { makeSlack } from '../adapters/slack-web.ts';
import { makeCards, type Cards } from '../cards/make-cards.ts';
import type { Config } from '../config.ts';
import type { Pool, Tx } from '../database/pool.ts';
import type { PayoutsOf } from '../findings/deps.ts';
import type { Log } from '../log.ts';
import { makeMetrics, type Metrics } from '../metrics.ts';
import type { Policy } from '../policy.ts';
import type { Clock, Slack } from '../ports.ts';
import { composeActions, type ActionParts } from './actions.ts';
import { registerCards } from './cards.ts';
import { makeEscalations, type EscalationParts } from './escalations.ts';
import { composeExemptions, type ExemptionParts } from './exemptions.ts';
import { composeFindings, type FindingsComposition } from './findings.ts';
import { composeMoney, type MoneyParts } from './money.ts';
import { composeOverrides, type OverrideParts } from './overrides.ts';
import { composePager, type PagerParts } from './pager.ts';
import { payoutCards } from './payouts.ts';
import { loadStandings } from '../slo/load-standing.ts';
import { registerSloGauges } from '../slo/metrics.ts';
import { refreshBurnOf } from '../slo/show-burn.ts';
import type { OverrideKind } from '../overrides/kind.ts';
import { composeSlo, type SloParts } from './slo.ts';
import { composePeople, type PeopleParts } from './people.ts';
import { makeReconciliation, type Reconciliation } from './reconciliation.ts';

export interface AppOptions {
  config: Config;
  policy: Policy;
  clock: Clock;
  log: Log;
  /** No other process works on this database: what earlier ones held is released at once. */
  alone?: boolean;
}

/** Everything that jobs and the front door share. */
export interface Parts {
  pool: Pool;
  finance: Pool;
  slack: Slack;
  cards: Cards;
  people: PeopleParts;
  pager: PagerParts;
  escalations: EscalationParts;
  money: MoneyParts;
  overrides: OverrideParts;
  exemptions: ExemptionParts;
  actions: ActionParts;
  slo: SloParts;
  findings: FindingsComposition;
  reconciliation: Reconciliation;
  metrics: Metrics;
}

/** Builds every part; nothing runs yet. */
export function composeParts(options: AppOptions, pools: { pool: Pool; finance: Pool }): Parts {
  const { config, policy, log } = options;
  const { pool } = pools;
  const metrics = makeMetrics(pool);
  const pager = composePager({ ...options, pool, onSettled: (state) => metrics.count('pages', state) });
  const slack = makeSlack({
    token: config.SLACK_BOT_TOKEN,
    apiUrl: config.SLACK_API_URL,
    log,
    onOutcome: pager.onOutcome,
  });
  const onRefused = (why: string) => metrics.count('people_refused', why);
  const people = composePeople({ ...options, pool, slack, onRefused });
  const escalations = makeEscalations({
    pool,
    policy,
    slack,
    page: pager.requestPage,
    onTold: (severity) => metrics.count('escalation_steps', severity),
    async onAnswered(tx, now, { subject }) {
      if (subject.kind === 'slo') await refreshBurnOf(tx, now, subject.id);
    },
  });
  const afterFindings = (tx: Tx, now: Date) => escalations.afterFindings(tx, now);
  const escalationOf: EscalationParts['escalationOf'] = (db, finding) =>
    escalations.escalationOf(db, finding);
  const money = composeMoney({
    ...options,
    ...pools,
    afterFindings,
    escalationOf,
    onSeen: (what, count) => metrics.count('payouts_seen', what, count),
    onSettled: ({ action, state }) => metrics.count('operations', `${action} ${state}`),
  });
  const findings = composeFindings({
    pool,
    policy,
    slack,
    afterFindings,
    onActivity: (tx, now, activity) => escalations.onActivity(tx, now, activity),
    escalationOf,
    payoutsOf: (db, payments) => money.payouts.payoutsOf(db, payments),
    onAct: (act) => metrics.count('finding_acts', act),
  });
  const slo = composePromises(options, { ...pools, metrics, escalations, money });
  const { exemptions, actions } = composeRegister(options, { pool, metrics, escalations, slo });
  const overrides = composeByHand(options, { pool, metrics, money, exemptions, slo, people, findings });
  const reconciliation = makeReconciliation({
    ...pools,
    policy,
    config,
    log,
    afterFindings,
    beforeScan: (context) => money.payouts.askAhead(context),
  });
  const made = { ...pools, slack, pager, money, overrides, exemptions, actions, slo };
  const cards = composeCards(options, made);
  return { ...made, cards, people, escalations, findings, reconciliation, metrics };
}

/** Service levels, and their gauges. */
function composePromises(
  options: AppOptions,
  {
    pool,
    finance,
    metrics,
    escalations,
    money,
  }: Pick<Parts, 'pool' | 'finance' | 'metrics' | 'escalations' | 'money'>,
): SloParts {
  const slo = composeSlo({
    ...options,
    pool,
    finance,
    escalations: escalations.deps,
    show: money.payouts.show,
    onChange: (what) => metrics.count('slo', what),
  });
  const read = () => loadStandings(slo.deps, options.clock.now());
  metrics.register((registry) => registerSloGauges(registry, read, options));
  return slo;
}

/** What is done by hand: payouts, more time for exemptions, time that is not counted. */
function composeByHand(
  { policy, config, log }: AppOptions,
  made: Pick<Parts, 'pool' | 'metrics' | 'money' | 'exemptions' | 'slo' | 'people' | 'findings'>,
): OverrideParts {
  const { pool, metrics, money, exemptions, slo, people, findings } = made;
  return composeOverrides({
    pool,
    policy,
    config,
    log,
    kinds: new Map<string, OverrideKind>([
      ...money.overrideKinds,
      [exemptions.overrideKind.kind, exemptions.overrideKind as OverrideKind],
      [slo.overrideKind.kind, slo.overrideKind as OverrideKind],
    ]),
    platform: money.platform,
    people: people.people,
    findings: findings.findings,
    onChange: (what) => metrics.count('overrides', what),
  });
}

/** The register of exemptions, and what its reviews lead to. */
function composeRegister(
  options: AppOptions,
  { pool, metrics, escalations, slo }: Pick<Parts, 'pool' | 'metrics' | 'escalations' | 'slo'>,
): Pick<Parts, 'exemptions' | 'actions'> {
  const exemptions = composeExemptions({
    ...options,
    pool,
    escalations: escalations.deps,
    onChange: (what) => metrics.count('exemptions', what),
  });
  const actions = composeActions({
    ...options,
    pool,
    onChange: (what) => metrics.count('actions', what),
    sources: [slo.actionSource],
  });
  return { exemptions, actions };
}

function composeCards(
  { policy, log }: AppOptions,
  {
    pool,
    slack,
    pager,
    money,
    overrides,
    exemptions,
    actions,
    slo,
  }: Pick<Parts, 'pool' | 'slack' | 'pager' | 'money' | 'overrides' | 'exemptions' | 'actions' | 'slo'>,
): Cards {
  const payoutsOf: PayoutsOf = (db, payments) => money.payouts.payoutsOf(db, payments);
  return makeCards({
    pool,
    slack,
    log,
    kinds: [
      ...registerCards(policy, { payoutsOf }),
      ...payoutCards(money.payouts.show),
      ...overrides.cards,
      ...exemptions.cards,
      ...actions.cards,
      ...slo.cards,
    ],
    channelOf: channelsOf(policy),
    waitUntil: () => pager.waitUntil(),
  });
}

function channelsOf(
  policy: Policy,
): (name: string) => Policy['channels'][keyof Policy['channels']] | undefined {
  const channels = new Map(Object.entries(policy.channels));
  return (name) => channels.get(name);
}
