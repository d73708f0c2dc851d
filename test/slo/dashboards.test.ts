import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLog } from '../../src/log.ts';
import { makeMetrics } from '../../src/metrics.ts';
import { registerSloGauges } from '../../src/slo/metrics.ts';
import { makeTestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { exprsOf, readDashboards } from './dashboard-exprs.ts';

let database: TestDatabase;
let exposed: readonly string[];
beforeAll(async () => {
  database = await createOurDatabase();
  exposed = await readExposed();
});
afterAll(async () => await database.drop());

/** Names that /metrics announces. */
async function readExposed(): Promise<string[]> {
  const metrics = makeMetrics(database.pool);
  const around = { clock: makeTestClock('2026-01-15T06:00:00Z'), log: makeLog('silent') };
  metrics.register((registry) => registerSloGauges(registry, async () => [], around));
  const text = (await metrics.read()).body;
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
}

/** Names of metrics in PromQL: what stands before braces or a range. */
const namesIn = (promql: string) =>
  [...promql.matchAll(/([a-z_:][a-z0-9_:]*)\s*[{[]/g)].map(([, name]) => name);

describe.each(readDashboards())('the dashboard $name', ({ dashboard }) => {
  test('names only metrics that the app exposes', () => {
    for (const expr of exprsOf(dashboard)) {
      const names = namesIn(expr);
      expect(names, expr).not.toEqual([]);
      for (const name of names) expect(exposed, expr).toContain(name);
    }
    for (const { definition } of dashboard.templating.list)
      if (definition !== undefined) expect(exposed).toContain(/\((\w+),/.exec(definition)?.[1]);
  });

  test('fills in every variable that it uses', () => {
    const known = dashboard.templating.list.map(({ name }) => name);
    const used = JSON.stringify(dashboard.panels).matchAll(/\$\{?([a-z]\w*)/g);
    for (const [, name] of used) expect(known).toContain(name);
    for (const expr of exprsOf(dashboard)) expect(expr).not.toContain('$');
  });

  test('tells title, unit and thresholds of each panel', () => {
    for (const { title, description, fieldConfig, targets } of dashboard.panels) {
      expect(title).not.toBe('');
      expect(description, title).toBeTruthy();
      expect(fieldConfig.defaults.unit, title).toBeTruthy();
      expect(fieldConfig.defaults.thresholds?.steps.length, title).toBeGreaterThan(0);
      for (const { datasource } of targets) expect(datasource.uid).toBe('${datasource}');
    }
  });

  test('lays no panel over another', () => {
    const taken = new Map<string, string>();
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { title, gridPos } of dashboard.panels)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.get(`${x} ${y}`), `${title} at ${x}, ${y}`).toBeUndefined();
          expect(x).toBeLessThan(24);
          taken.set(`${x} ${y}`, title);
        }
  });
});

test('the dashboards show all that the app counts itself', () => {
  const shown = readDashboards().flatMap(({ dashboard }) => exprsOf(dashboard).flatMap(namesIn));
  const own = exposed.filter((name) => name.startsWith('mutabik_') && !name.endsWith('_sum'));
  expect(own.filter((name) => !shown.includes(name))).toEqual([]);
});
