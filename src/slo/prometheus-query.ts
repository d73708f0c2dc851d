import type { PrometheusIndicator } from './types.ts';

/** Stands in a query for the minute that is counted. */
const WINDOW = '$window';
/** Bad events by who caused them, of one minute. */
const MOST_CONTRIBUTORS = 20;
/** What tells the two counts of one question apart. */
export const PART = 'mutabik_part';

/** PromQL as it is sent: $window is the minute that ends where the query is evaluated. */
export function fillWindow(query: string): string {
  return query.replaceAll(WINDOW, '1m');
}

/**
 * Good (or bad) and total as one query: asked apart, a scrape that arrives between the two would look like bad events.
 * The series of each carry its name in the label mutabik_part.
 */
export function countsQuery({
  good,
  bad,
  total,
}: Pick<PrometheusIndicator, 'good' | 'bad' | 'total'>): string {
  const part = (name: string, query: string) =>
    `label_replace(${inBrackets(fillWindow(query))}, "${PART}", "${name}", "", "")`;
  const share = good === null ? part('bad', bad ?? '') : part('good', good);
  return `${share} or ${part('total', total)}`;
}

/** The worst of each minute; without this bound a label with many values would fill the answer. */
export function contributorsQuery(query: string): string {
  return `topk(${MOST_CONTRIBUTORS}, ${inBrackets(fillWindow(query))} > 0)`;
}

/** A comment at the end of the query must not swallow the bracket. */
function inBrackets(query: string): string {
  return `(${query}\n)`;
}

/**
 * What is wrong with the form of an indicator's queries, as `field: what`; none: nothing. Whether they are PromQL only
 * Prometheus can say. docs/prometheus.md
 */
export function problemsOfForm(indicator: PrometheusIndicator): string[] {
  const { good, bad, total, counter, contributors } = indicator;
  const problems: string[] = [];
  if ((good === null) === (bad === null)) problems.push('good: one of good and bad is needed, and not both');
  const counted = Object.entries({ good, bad, total }).filter(([, query]) => query !== null);
  for (const [field, query] of counted) {
    if (query === null) continue;
    if (query.trim() === '') problems.push(`${field}: is empty`);
    else if (counter && !query.includes(WINDOW))
      problems.push(
        `${field}: a counter is counted over ${WINDOW}: sum(increase(some_total{job="api"}[${WINDOW}])); where the value is a count of one minute already, say counter: false`,
      );
  }
  if (contributors !== null && contributors.trim() === '') problems.push('contributors: is empty');
  return problems;
}
