import { expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { parseSlos } from '../../src/slo/read-slos.ts';
import { changed, CONDITION, filesWith, POLICY, SERVICE, SLO, SOURCES } from './openslo-ground.ts';

/** What is said, line by line; none: nothing is wrong. */
function said(changes: Readonly<Record<string, string>>): string[] {
  try {
    parseSlos(filesWith(changes));
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'config_invalid') throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

const slo = (from: string, to: string) => ({ 'slo.yaml': changed(SLO, from, to) });
const condition = (from: string, to: string) => ({ 'condition.yaml': changed(CONDITION, from, to) });
const policy = (from: string, to: string) => ({ 'policy.yaml': changed(POLICY, from, to) });
const sources = (from: string, to: string) => ({ 'sources.yaml': changed(SOURCES, from, to) });
const at = 'spec.indicator.spec.ratioMetric';

test('the definitions that are changed below are right', () => {
  expect(said({})).toEqual([]);
});

test.each<[string, Record<string, string>, string]>([
  ['a tab', { 'slo.yaml': 'apiVersion: openslo/v1\nkind:\n\t- SLO\n' }, 'slo.yaml:3 is not YAML: '],
  [
    'a key twice',
    slo('  service: shop', '  service: shop\n  service: shop'),
    'slo.yaml:11 is not YAML: Map keys must be unique',
  ],
  [
    'nothing but text',
    { 'slo.yaml': 'checkout\n' },
    'slo.yaml:1: must be a mapping with apiVersion and kind',
  ],
  ['an empty file', { 'slo.yaml': '# later\n' }, 'slo.yaml: has no document'],
  [
    'another version',
    slo('openslo/v1', 'openslo/v2alpha'),
    'slo.yaml:1 apiVersion: must be openslo/v1, is "openslo/v2alpha"',
  ],
  ['a kind that is misspelt', slo('kind: SLO', 'kind: SLOs'), 'slo.yaml:2 kind: is "SLOs"; must be SLO'],
  [
    'a kind of something else',
    slo('kind: SLO', 'kind: ConfigMap'),
    'slo.yaml:2 kind: is "ConfigMap"; must be one of Service, ',
  ],
  [
    'capitals in a name',
    slo('name: checkout\n', 'name: Checkout\n'),
    'slo.yaml:4 metadata.name: must be 1 to 63 small letters',
  ],
  [
    'a percentage as target',
    slo('target: 0.99', 'target: 95'),
    'slo.yaml:29 spec.objectives[0].target: must be above 0 and below 1, is 95; write 0.95',
  ],
  [
    'a target of 1',
    slo('target: 0.99', 'target: 1'),
    'slo.yaml:29 spec.objectives[0].target: must be above 0 and below 1, is 1',
  ],
  [
    'a target as text',
    slo('target: 0.99', 'target: "99 %"'),
    'slo.yaml:29 spec.objectives[0].target: must be a number, is "99 %"',
  ],
  [
    'two targets',
    slo('target: 0.99', 'target: 0.99\n      targetPercent: 99'),
    'spec.objectives[0].target: one of target and targetPercent is needed, not both',
  ],
  [
    'a percentage over 100',
    slo('target: 0.99', 'targetPercent: 100'),
    'spec.objectives[0].targetPercent: must be above 0 and below 100, is 100',
  ],
  [
    'several objectives',
    slo('- target: 0.99', '- target: 0.99\n    - target: 0.9'),
    'slo.yaml:29 spec.objectives: one objective is needed: write one SLO each',
  ],
  [
    'a misspelt field',
    slo('budgetingMethod', 'budgetingMetod'),
    'slo.yaml:27 spec.budgetingMetod: is no field here; is budgetingMethod meant?',
  ],
  ['a missing field', slo('  service: shop\n', ''), 'spec.service: is missing'],
  [
    'slices of time',
    slo('Occurrences', 'Timeslices'),
    'slo.yaml:27 spec.budgetingMethod: must be Occurrences: good and valid events',
  ],
  [
    'a month as window',
    slo('30d', '1M'),
    'slo.yaml:25 spec.timeWindow[0].duration: must be a whole number with m, h, d or w, such as 30d (months',
  ],
  [
    'a calendar',
    slo('isRolling: true', 'isRolling: false'),
    'slo.yaml:26 spec.timeWindow[0].isRolling: must be true: calendar windows are not counted here',
  ],
  [
    'a window of hours',
    slo('30d', '36h'),
    'slo.yaml:25 spec.timeWindow[0].duration: must be whole days, 7d to 90d',
  ],
  [
    'an unknown service',
    slo('service: shop', 'service: shpo'),
    'slo.yaml:10 spec.service: there is no Service shpo; is shop meant?',
  ],
  [
    'an unknown alert policy',
    slo('[page-fast]', '[page-fats]'),
    'slo.yaml:30 spec.alertPolicies[0]: there is no AlertPolicy page-fats; is page-fast meant?',
  ],
  [
    'an unknown source',
    slo('Ref: metrics', 'Ref: metric'),
    `slo.yaml:18 ${at}.good.metricSource.metricSourceRef: there is no DataSource metric; is metrics meant?`,
  ],
  [
    'an unknown indicator',
    slo(SLO.slice(SLO.indexOf('  indicator:'), SLO.indexOf('  timeWindow')), '  indicatorRef: none\n'),
    'spec.indicatorRef: there is no SLI none',
  ],
  [
    'good and bad',
    slo(
      '        total:',
      '        bad: { metricSource: { metricSourceRef: metrics, spec: { query: "x[$window]" } } }\n        total:',
    ),
    `${at}: one of good and bad is needed, not both`,
  ],
  ['no total', slo('        total:', '        raw:'), `slo.yaml:15 ${at}.total: is missing`],
  [
    'a threshold metric',
    slo('ratioMetric:', 'thresholdMetric:'),
    'spec.indicator.spec.thresholdMetric: a measured value has no good and valid events: give ratioMetric',
  ],
  [
    'a query without its window',
    slo('ok_total[$window]', 'ok_total[5m]'),
    `slo.yaml:19 ${at}.good.metricSource.spec.query: counters only grow`,
  ],
  [
    'a field the source has not',
    slo("spec: { query: 'sum(increase(ok", "spec: { qurey: 1, query: 'sum(increase(ok"),
    `${at}.good.metricSource.spec.qurey: is no field here; is query meant?`,
  ],
  [
    'parts from two sources',
    slo('Ref: metrics', 'Ref: finance\n            type: payouts'),
    `${at}: its parts come from different sources (payouts, prometheus)`,
  ],
  [
    'a unit nobody counts',
    slo('unit: requests', 'unit: request'),
    'slo.yaml:8 metadata.annotations.mutabik.dev/unit: must be one of requests, webhooks, payouts, events, is request',
  ],
  [
    'an annotation of ours misspelt',
    slo('dev/unit', 'dev/units'),
    'slo.yaml:8 metadata.annotations.mutabik.dev/units: is no annotation here; is mutabik.dev/unit meant?',
  ],
  [
    'an annotation that is a number',
    slo('unit: requests', 'min-bad: 5'),
    'slo.yaml:8 metadata.annotations.mutabik.dev/min-bad: must be text: put it in quotes, is 5',
  ],
  [
    'a dashboard that is no address',
    slo('unit: requests', 'dashboard: javascript:alert(1)'),
    'slo.yaml:8 metadata.annotations.mutabik.dev/dashboard: must be an http(s) address',
  ],
  [
    'a severity nobody knows',
    condition('severity: page', 'severity: sev1'),
    'condition.yaml:5 spec.severity: must be page (at once, day and night) or ticket',
  ],
  [
    'an alert for burning slowly',
    condition('op: gt', 'op: lte'),
    'condition.yaml:6 spec.condition.op: must be gt or gte',
  ],
  [
    'a threshold of nothing',
    condition('14.4', '0'),
    'condition.yaml:6 spec.condition.threshold: must be above 0',
  ],
  [
    'a lookback of a week',
    condition('1h', '1w'),
    'condition.yaml:6 spec.condition.lookbackWindow: must be 3d at most',
  ],
  [
    'a short window that is longer',
    condition('{ name: page-fast }', '{ name: page-fast, annotations: { mutabik.dev/short-window: 2h } }'),
    'condition.yaml:3 metadata.annotations.mutabik.dev/short-window: must be shorter than lookbackWindow',
  ],
  [
    'a minimum of half an event',
    condition('{ name: page-fast }', '{ name: page-fast, annotations: { mutabik.dev/min-bad: "0.5" } }'),
    'condition.yaml:3 metadata.annotations.mutabik.dev/min-bad: must be a whole number from 1 on',
  ],
  [
    'two conditions',
    policy('    - conditionRef: page-fast', '    - conditionRef: page-fast\n    - conditionRef: page-fast'),
    'policy.yaml:6 spec.conditions: one condition a policy',
  ],
  [
    'an unknown condition',
    policy('conditionRef: page-fast', 'conditionRef: page-slow'),
    'there is no AlertCondition page-slow',
  ],
  [
    'an alert that must not be told',
    policy('spec:', 'spec:\n  alertWhenBreaching: false'),
    'policy.yaml:5 spec.alertWhenBreaching: must be true',
  ],
  [
    'a source of another kind',
    sources('type: finance', 'type: Datadog'),
    'sources.yaml:4 spec.type: must be one of finance, prometheus, is Datadog',
  ],
  [
    'two sources of one type',
    sources('type: finance', 'type: prometheus'),
    'sources.yaml:9 spec.type: finance is Prometheus already; the environment names one of each type',
  ],
  ['a name twice', { 'again.yaml': SERVICE }, 'again.yaml:3 metadata.name: there is another Service shop'],
  ['no promise at all', { 'slo.yaml': '' }, 'there is no SLO in these files'],
])('%s is refused with its place', (_what, changes, words) => {
  expect(said(changes).join('\n')).toContain(words);
});

test('one message has all that is wrong', () => {
  const lines = said({
    ...slo('target: 0.99', 'target: 95'),
    ...condition('op: gt', 'op: lt'),
    ...sources('finance }\n---', 'x }\n---'),
  });
  expect(lines.map((line) => line.split(':')[0])).toEqual(['condition.yaml', 'slo.yaml', 'sources.yaml']);
});

test('what refers to a broken document is not blamed', () => {
  const lines = said({ 'service.yaml': changed(SERVICE, 'spec: {}', 'spec: { descripton: x }') });
  expect(lines).toEqual(['service.yaml:4 spec.descripton: is no field here; is description meant?']);
});

test('aliases that multiply are refused at once', () => {
  const rows = Array.from({ length: 9 }, (_, index) => {
    const before = index === 0 ? 'x' : `*a${index - 1}`;
    return `    k${index}: &a${index} [${Array.from({ length: 9 }, () => before).join(', ')}]`;
  });
  const text = changed(
    SERVICE,
    'metadata: { name: shop }',
    `metadata:\n  name: shop\n  labels:\n${rows.join('\n')}`,
  );
  expect(said({ 'service.yaml': text })).toEqual(['service.yaml:1: has too many aliases']);
});

test.each(['[', '{', '- ', '? '])('a file of nothing but "%s" is refused', (part) => {
  expect(said({ 'deep.yaml': part.repeat(45_000) }).join('\n')).toMatch(
    /^deep\.yaml(:\d+ is not YAML|: is nested too deep)/,
  );
});

test('control characters are not repeated', () => {
  const text = changed(SERVICE, 'spec: {}', 'spec: { "\\e[31mred": 1 }');
  expect(said({ 'service.yaml': text })).toEqual(['service.yaml:4 spec. [31mred: is no field here']);
});

test('so much that is wrong is cut, and counted', () => {
  const lines = said({ 'many.yaml': 'x\n---\n'.repeat(150) });
  expect([lines.length, lines.at(-1)]).toEqual([101, 'and 50 more']);
});

test('a file that is too large is refused', () => {
  const [line] = said({ 'large.yaml': `# ${'x'.repeat(100_000)}` });
  expect(line).toBe('large.yaml: is larger than 100000 characters');
});

test('a field of every object is no field here', () => {
  expect(
    said(slo('  service: shop', '  service: shop\n  __proto__: { service: shop }')).join('\n'),
  ).toContain('slo.yaml:11 spec.__proto__: is no field here');
});
