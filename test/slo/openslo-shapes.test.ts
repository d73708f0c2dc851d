import { expect, test } from 'vitest';
import { describeError } from '../../src/errors.ts';
import { parseSlos } from '../../src/slo/read-slos.ts';
import { changed, filesWith, SLO, SOURCES } from './openslo-ground.ts';

/**
 * The forms that the specification shows (github.com/OpenSLO/OpenSLO: README.md and examples/), as least documents of
 * ours: each is taken, or refused for the reason that is said.
 */
function reasons(changes: Readonly<Record<string, string>>): string {
  try {
    parseSlos(filesWith(changes));
    return 'taken';
  } catch (error) {
    return describeError(error);
  }
}

const slo = (from: string, to: string) => ({ 'slo.yaml': changed(SLO, from, to) });
const INDICATOR = SLO.slice(SLO.indexOf('  indicator:'), SLO.indexOf('  timeWindow'));

/** The indicator as a document of its own. */
const SLI = `apiVersion: openslo/v1
kind: SLI
metadata: { name: checkout-ratio, displayName: Checkouts that succeed }
spec:
  description: counted at the gateway
  ratioMetric:
    counter: true
    bad: { metricSource: { type: Prometheus, spec: { query: 'sum(increase(failed_total[$window]))' } } }
    total: { metricSource: { type: Prometheus, spec: { query: 'sum(increase(all_total[$window]))' } } }
`;

const INLINE_POLICY = `alertPolicies:
    - kind: AlertPolicy
      metadata: { name: CheckoutBurns, displayName: Checkout burns }
      spec:
        description: for whoever is on call
        alertWhenNoData: true
        alertWhenResolved: false
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: { name: checkout-burns }
            spec:
              description: twice as fast as it may
              severity: page
              condition: { kind: burnrate, op: gte, threshold: 2, lookbackWindow: 1h, alertAfter: 5m }
        notificationTargets:
          - targetRef: OnCall`;

const TARGET = `apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: { name: OnCall }
spec: { target: slack, description: whoever is on call }
`;

test.each<[string, Record<string, string>]>([
  [
    'labels with one and with several values',
    slo(
      '  displayName: Checkout\n',
      '  displayName: Checkout\n  labels: { team: [identity, rbac], tier: one }\n',
    ),
  ],
  ['annotations of others', slo('mutabik.dev/unit: requests', 'openslo.com/key: value')],
  [
    'an indicator of its own, of bad events',
    { ...slo(INDICATOR, '  indicatorRef: checkout-ratio\n'), 'sli.yaml': SLI },
  ],
  ['a target in percent', slo('target: 0.99', 'displayName: Checkouts\n      targetPercent: 99.95')],
  [
    'a policy and a condition within the promise',
    { ...slo('alertPolicies: [page-fast]', INLINE_POLICY), 'target.yaml': TARGET },
  ],
  ['a policy by reference', slo('[page-fast]', '[{ alertPolicyRef: page-fast }]')],
  ['no alert policy', slo('alertPolicies: [page-fast]', 'alertPolicies: # later')],
  ['a window of two weeks', slo('30d', '2w')],
  [
    'connection details',
    { 'sources.yaml': changed(SOURCES, 'type: finance', 'type: finance, connectionDetails: { region: eu }') },
  ],
])('taken: %s', (_what, changes) => {
  expect(reasons(changes)).toBe('taken');
});

test.each<[string, Record<string, string>, string]>([
  [
    'a threshold metric',
    slo('ratioMetric:', 'thresholdMetric:'),
    'a measured value has no good and valid events',
  ],
  [
    'a ratio that is made elsewhere',
    slo('        good:', '        rawType: success\n        raw:'),
    'a ratio that is made elsewhere has no counts',
  ],
  [
    'a ratio that does not say whether it counts up',
    slo('        counter: true\n', ''),
    'ratioMetric.counter: is missing',
  ],
  [
    'slices of time',
    slo('Occurrences', 'Timeslices'),
    'good and valid events are counted, not slices of time',
  ],
  [
    'the mean of slices of time',
    slo('Occurrences', 'RatioTimeslices'),
    'good and valid events are counted, not slices of time',
  ],
  [
    'a slice in the objective',
    slo('target: 0.99', 'target: 0.99\n      timeSliceTarget: 0.95\n      timeSliceWindow: 1m'),
    'time slices are not counted here: leave it out',
  ],
  [
    'a calendar window',
    slo(
      'isRolling: true',
      'isRolling: false\n      calendar: { startTime: 2022-01-01 12:00:00, timeZone: America/New_York }',
    ),
    'timeWindow[0].calendar: calendar windows are not counted here',
  ],
  [
    'several objectives',
    slo('- target: 0.99', '- target: 0.99\n    - target: 0.995'),
    'one objective is needed: write one SLO each',
  ],
  [
    'a composed objective',
    slo('- target: 0.99', '- target: 0.99\n      indicatorRef: checkout'),
    'composed objectives are not counted here',
  ],
  [
    'a source of another maker',
    slo('Ref: metrics\n            spec', 'Ref: metrics\n            type: Datadog\n            spec'),
    'must be one of sli_minutes, payouts, prometheus, is datadog',
  ],
  [
    'an alert for burning slowly',
    slo('alertPolicies: [page-fast]', changed(INLINE_POLICY, 'op: gte', 'op: lte')),
    'spec.conditions[0].spec.condition.op: must be gt or gte',
  ],
])('refused: %s', (_what, changes, words) => {
  expect(reasons(changes)).toContain(words);
});
