import { readFileSync, readdirSync } from 'node:fs';

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig: { defaults: { unit?: string; thresholds?: { steps: unknown[] } } };
  targets: { expr: string; datasource: { uid: string } }[];
}

export interface Dashboard {
  uid: string;
  title: string;
  templating: { list: { name: string; type: string; definition?: string }[] };
  panels: Panel[];
}

const FOLDER = new URL('../../deploy/grafana/', import.meta.url);

/** The dashboards that are shipped. */
export function readDashboards(): { name: string; dashboard: Dashboard }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => ({
      name,
      dashboard: JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Dashboard,
    }));
}

/** Every PromQL of it with its variables filled in, as Grafana sends it. */
export function exprsOf({ panels }: Dashboard): string[] {
  return panels.flatMap(({ targets }) =>
    targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m').replaceAll(/"\$(slo|job)"/g, '".*"')),
  );
}
