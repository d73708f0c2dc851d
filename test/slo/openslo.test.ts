import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { problemsOfForm } from '../../src/slo/prometheus-query.ts';
import { parseSlos, readDefinitions, readSlos } from '../../src/slo/read-slos.ts';
import { changed, CONDITION, filesWith, POLICY, SLO, SOURCES } from './openslo-ground.ts';
import { TIERS } from './ground.ts';

const base = mkdtempSync(join(tmpdir(), 'mutabik-slo-'));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(base, 'of-'));
});
afterAll(() => rmSync(base, { recursive: true }));

/** Domain section 2. */
const PROMISED = [
  ['api-availability', 0.999, TIERS],
  ['api-latency', 0.95, TIERS.slice(1)],
  ['payout', 0.95, TIERS.slice(1)],
  ['webhook-success', 0.995, TIERS],
];

test.each(['slo', 'slo/prometheus'])('%s promises what the domain says', (shipped) => {
  const { all } = readSlos(shipped);
  expect(all.map(({ name, target, tiers }) => [name, target, tiers])).toEqual(PROMISED);
  expect(new Set(all.map(({ windowDays }) => windowDays))).toEqual(new Set([30]));
  for (const { title } of all) expect(title.tr).not.toBe(title.en);
});

test('the shipped four are measured in the finance contract', () => {
  expect(readSlos('slo').all.map(({ indicator, unit }) => [indicator, unit])).toEqual([
    [{ source: 'sli_minutes', sli: 'api_availability' }, 'requests'],
    [{ source: 'sli_minutes', sli: 'api_latency' }, 'requests'],
    [{ source: 'payouts', withinHours: 24 }, 'payouts'],
    [{ source: 'sli_minutes', sli: 'webhook_success' }, 'webhooks'],
  ]);
});

test('three of them have their form for Prometheus', () => {
  const indicators = readSlos('slo/prometheus').all.map(({ indicator }) => indicator);
  const asked = indicators.flatMap((indicator) => (indicator.source === 'prometheus' ? [indicator] : []));
  expect(asked).toHaveLength(3);
  for (const indicator of asked) {
    expect(problemsOfForm(indicator)).toEqual([]);
    expect(indicator.up).toBe('max(max_over_time(up{job="api"}[$window]))');
    expect(indicator.total).not.toContain(' or ');
  }
  const text = readFileSync('slo/prometheus/webhook-success.yaml', 'utf8');
  expect(text).not.toMatch(/code=~"[^"]*4/);
});

test('the tiers that a ceiling makes useless are noted', () => {
  const said = 'is left out: nothing burns faster than 20 here, and 14.4 is more than half of that';
  expect(readDefinitions('slo').notes).toEqual([
    `api-latency: page-fast ${said}`,
    `payout: page-fast ${said}`,
  ]);
});

test('a fifth promise is one file more', () => {
  cpSync('slo', folder, { recursive: true });
  const fifth = readFileSync('slo/api-latency.yaml', 'utf8')
    .replaceAll('api-latency', 'login')
    .replaceAll('api_latency', 'login_ok');
  writeFileSync(join(folder, 'login.yml'), fifth.replace('target: 0.95', 'targetPercent: 99.95'));
  const { all, hash } = readSlos(folder);
  expect(all.map(({ name }) => name)).toEqual([
    'api-availability',
    'api-latency',
    'login',
    'payout',
    'webhook-success',
  ]);
  expect(all[2]).toMatchObject({
    target: 0.9995,
    indicator: { source: 'sli_minutes', sli: 'login_ok' },
    tiers: TIERS,
  });
  expect(hash).not.toBe(readSlos('slo').hash);
});

test('one file may hold everything, in any order', () => {
  const text = filesWith()
    .map((file) => file.text)
    .toReversed()
    .join('---\n');
  expect(parseSlos([{ name: 'all.yaml', text: `---\n${text}---\n` }])).toEqual(parseSlos(filesWith()));
});

test('what is not said has its usual value', () => {
  const text = changed(SLO, SLO.slice(SLO.indexOf('  displayName'), SLO.indexOf('spec:')), '');
  const [slo] = parseSlos(filesWith({ 'slo.yaml': text })).all;
  expect(slo).toMatchObject({
    title: { en: 'checkout', tr: 'checkout' },
    unit: 'events',
    dashboard: null,
    description: '',
  });
  expect(slo?.tiers).toEqual([
    { name: 'page-fast', level: 'page', threshold: 14.4, longMinutes: 60, shortMinutes: 5, minBad: 5 },
  ]);
});

test('annotations set what OpenSLO has no field for', () => {
  const own = 'mutabik.dev/';
  const more = `${own}unit: requests\n    ${own}dashboard: https://grafana.example/d/1\n    ${own}up-query: max(up)\n    ${own}value-query: p95\n    ${own}contributors-query: sum by (handler) (x)`;
  const condition = changed(
    CONDITION,
    '{ name: page-fast }',
    `{ name: page-fast, annotations: { ${own}short-window: 10m, ${own}min-bad: '12' } }`,
  );
  const [slo] = parseSlos(
    filesWith({ 'slo.yaml': changed(SLO, `${own}unit: requests`, more), 'condition.yaml': condition }),
  ).all;
  expect(slo).toMatchObject({
    title: { en: 'Checkout', tr: 'Ödeme adımı' },
    dashboard: 'https://grafana.example/d/1',
    indicator: { up: 'max(up)', value: 'p95', contributors: 'sum by (handler) (x)', counter: true },
    tiers: [{ shortMinutes: 10, minBad: 12 }],
  });
});

test('what is taken and not used is noted', () => {
  const policy = changed(
    POLICY,
    'spec:',
    'spec:\n  alertWhenNoData: true\n  alertWhenResolved: false\n  notificationTargets: [{ targetRef: mail }]',
  );
  const files = {
    'policy.yaml': policy,
    'condition.yaml': changed(CONDITION, 'lookbackWindow: 1h', 'lookbackWindow: 1h, alertAfter: 5m'),
    'sources.yaml': changed(
      SOURCES,
      'type: Prometheus',
      'type: Prometheus, connectionDetails: { url: http://x }',
    ),
    'slo.yaml': changed(SLO, 'target: 0.99', 'target: 0.99\n      op: gt'),
  };
  for (const { name, text } of filesWith(files)) writeFileSync(join(folder, name), text);
  const notes = readDefinitions(folder).notes.map((note) => note.slice(folder.length + 1));
  expect(notes.map((note) => note.split(': ').slice(0, 2).join(': ')).toSorted()).toEqual([
    'condition.yaml:6 spec.condition.alertAfter: is not used',
    'policy.yaml:5 spec.alertWhenNoData: is not used',
    'policy.yaml:6 spec.alertWhenResolved: is not used',
    'policy.yaml:7 spec.notificationTargets: is not used',
    'slo.yaml:30 spec.objectives[0].op: is not used',
    'sources.yaml:3 metadata.name: no SLO uses the DataSource finance',
    'sources.yaml:9 spec.connectionDetails: is not used',
  ]);
});

test('the example of the documentation is right', () => {
  const [example = ''] =
    /(?<=```yaml\n)# slo\/webhook-validation\.yaml\n.*?(?=```)/s.exec(readFileSync('docs/slo.md', 'utf8')) ??
    [];
  cpSync('slo/prometheus', folder, { recursive: true });
  writeFileSync(join(folder, 'webhook-validation.yaml'), example);
  const added = readSlos(folder).all.find(({ name }) => name === 'webhook-validation');
  expect(added).toMatchObject({
    target: 0.99,
    indicator: { source: 'prometheus', good: null, counter: true },
  });
});

test('a folder that is not there is said', () => {
  expect(() => readSlos('/nowhere')).toThrow("/nowhere: can't be read (policy.slo.folder)");
  expect(() => readSlos('slo/../docs')).toThrow('has no *.yaml file');
});
