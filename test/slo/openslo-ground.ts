/** Definitions of one promise, part by part, so that a test names what it changes and nothing else. */
export const SERVICE = `apiVersion: openslo/v1
kind: Service
metadata: { name: shop }
spec: {}
`;

export const SOURCES = `apiVersion: openslo/v1
kind: DataSource
metadata: { name: finance }
spec: { type: finance }
---
apiVersion: openslo/v1
kind: DataSource
metadata: { name: metrics }
spec: { type: Prometheus }
`;

export const CONDITION = `apiVersion: openslo/v1
kind: AlertCondition
metadata: { name: page-fast }
spec:
  severity: page
  condition: { kind: burnrate, op: gt, threshold: 14.4, lookbackWindow: 1h }
`;

export const POLICY = `apiVersion: openslo/v1
kind: AlertPolicy
metadata: { name: page-fast }
spec:
  conditions:
    - conditionRef: page-fast
`;

export const SLO = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout
  displayName: Checkout
  annotations:
    mutabik.dev/title-tr: Ödeme adımı
    mutabik.dev/unit: requests
spec:
  service: shop
  indicator:
    metadata: { name: checkout }
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            metricSourceRef: metrics
            spec: { query: 'sum(increase(ok_total[$window]))' }
        total:
          metricSource:
            metricSourceRef: metrics
            spec: { query: 'sum(increase(all_total[$window]))' }
  timeWindow:
    - duration: 30d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - target: 0.99
  alertPolicies: [page-fast]
`;

/** The whole of it as files, one kind a file; what `changed` names is another text, or is not there when empty. */
export function filesWith(changed: Readonly<Record<string, string>> = {}): { name: string; text: string }[] {
  const files: Record<string, string> = {
    'service.yaml': SERVICE,
    'sources.yaml': SOURCES,
    'condition.yaml': CONDITION,
    'policy.yaml': POLICY,
    'slo.yaml': SLO,
    ...changed,
  };
  return Object.entries(files).flatMap(([name, text]) => (text === '' ? [] : [{ name, text }]));
}

/** One text with a part of it replaced; a part that is not in it is a mistake of the test. */
export function changed(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`"${from}" is not in it`);
  return text.replace(from, () => to);
}
