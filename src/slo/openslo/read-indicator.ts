import { UNITS, type Indicator, type PrometheusIndicator, type Unit } from '../types.ts';
import { OWN, type DocumentOf } from './kinds.ts';
import { nearest } from './nearest.ts';

type Ratio = NonNullable<DocumentOf<'SLI'>['spec']['ratioMetric']>;
type Metric = NonNullable<Ratio['total']>;
type Annotations = Readonly<Record<string, string>>;
type Say = (path: readonly PropertyKey[], message: string) => void;

/** Annotations of ours that a promise, or its indicator, may carry. */
const ANNOTATIONS = [
  'title-tr',
  'unit',
  'dashboard',
  'up-query',
  'value-query',
  'contributors-query',
  'short-window',
  'min-bad',
].map((name) => `${OWN}${name}`);

const TYPES = ['sli_minutes', 'payouts', 'prometheus'] as const;
type SourceType = (typeof TYPES)[number];
const DATA_SOURCE_OF: Readonly<Record<SourceType, string>> = {
  sli_minutes: 'finance',
  payouts: 'finance',
  prometheus: 'prometheus',
};

interface Sources {
  /** Types by name. */
  dataSources: ReadonlyMap<string, string>;
  /** Every document could be read. */
  isWhole: boolean;
}

/** Says which annotations with our prefix are none of ours; others are anybody's. */
export function checkAnnotations(annotations: Annotations, path: readonly PropertyKey[], say: Say): void {
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith(OWN) || ANNOTATIONS.includes(key)) continue;
    const hint = nearest(key, ANNOTATIONS);
    say([...path, key], `is no annotation here${hint === undefined ? '' : `; is ${hint} meant?`}`);
  }
}

/** What is counted; says so and gives undefined where it is nothing that is. */
export function readUnit(annotations: Annotations, path: readonly PropertyKey[], say: Say): Unit | undefined {
  const word = annotations[`${OWN}unit`];
  if (word === undefined) return 'events';
  const unit = UNITS.find((known) => known === word);
  if (unit === undefined) say([...path, `${OWN}unit`], `must be one of ${UNITS.join(', ')}, is ${word}`);
  return unit;
}

/** A link to look on; only of the web. */
export function readDashboard(
  annotations: Annotations,
  path: readonly PropertyKey[],
  say: Say,
): string | null {
  const link = annotations[`${OWN}dashboard`];
  if (link === undefined) return null;
  if (/^https?:\/\/[^\s|<>]+$/.test(link)) return link;
  say([...path, `${OWN}dashboard`], 'must be an http(s) address');
  return null;
}

/** Where good and valid events come from; says what is wrong, and gives undefined then. `path` is that of ratioMetric. */
export function readIndicator(
  ratio: Ratio,
  of: {
    path: readonly PropertyKey[];
    annotations: Annotations;
    library: Sources;
    say: Say;
  },
): Indicator | undefined {
  const { path, say } = of;
  const { total, good, bad } = ratio;
  if (total === undefined) return undefined;
  const types = new Set<SourceType>();
  for (const [key, metric] of Object.entries({ good, bad, total })) {
    const type = metric === undefined ? undefined : typeOf(metric, [...path, key], of);
    if (metric !== undefined && type === undefined) return undefined;
    if (type !== undefined) types.add(type);
  }
  if (types.size > 1) {
    say(path, `its parts come from different sources (${[...types].join(', ')})`);
    return undefined;
  }
  if (types.has('sli_minutes')) return readMinutes(ratio, path, say);
  if (types.has('payouts')) return readPayouts(ratio, path, say);
  return readPrometheus(ratio, of);
}

function typeOf(
  { metricSource: { type, metricSourceRef } }: Metric,
  path: readonly PropertyKey[],
  { library: { dataSources, isWhole }, say }: { library: Sources; say: Say },
): SourceType | undefined {
  const at = [...path, 'metricSource'];
  const of = metricSourceRef === undefined ? undefined : dataSources.get(metricSourceRef);
  if (metricSourceRef !== undefined && of === undefined) {
    const hint = nearest(metricSourceRef, [...dataSources.keys()]);
    if (isWhole) say([...at, 'metricSourceRef'], unknownRef('DataSource', metricSourceRef, hint));
    return undefined;
  }
  const word = (type ?? of ?? '').toLowerCase();
  const known = TYPES.find((each) => each === word);
  if (known === undefined) {
    say([...at, 'type'], `must be one of ${TYPES.join(', ')}${word === '' ? '' : `, is ${word}`}`);
    return undefined;
  }
  if (of === undefined || of === DATA_SOURCE_OF[known]) return known;
  say(
    [...at, 'metricSourceRef'],
    `${known} is measured in ${DATA_SOURCE_OF[known]}, and ${metricSourceRef} is ${of}`,
  );
  return undefined;
}

/** "there is no DataSource finanse; is finance meant?" */
export function unknownRef(kind: string, name: string, hint: string | undefined): string {
  return `there is no ${kind} ${name}${hint === undefined ? '' : `; is ${hint} meant?`}`;
}

/** The parts that are there, with where they stand. */
function partsOf({ good, bad, total }: Ratio, path: readonly PropertyKey[]) {
  return Object.entries({ good, bad, total }).flatMap(([key, metric]) =>
    metric === undefined
      ? []
      : [{ key, spec: metric.metricSource.spec, path: [...path, key, 'metricSource', 'spec'] }],
  );
}

function oneText(ratio: Ratio, path: readonly PropertyKey[], field: string, say: Say): string | undefined {
  const parts = partsOf(ratio, path);
  const words = parts.map(({ spec }) => spec[field]);
  const wrong = parts.find(({ spec }) => typeof spec[field] !== 'string' || spec[field] === '');
  if (wrong !== undefined) say([...wrong.path, field], 'is missing, or no text');
  else if (new Set(words).size > 1) say(path, `its parts name different ${field}: ${words.join(', ')}`);
  else return words[0] as string;
  return undefined;
}

function refuseUnknown(
  ratio: Ratio,
  path: readonly PropertyKey[],
  fields: readonly string[],
  say: Say,
): void {
  for (const part of partsOf(ratio, path))
    for (const key of Object.keys(part.spec))
      if (!fields.includes(key)) {
        const hint = nearest(key, fields);
        say([...part.path, key], `is no field here${hint === undefined ? '' : `; is ${hint} meant?`}`);
      }
}

/** The contract's two columns; a part may say which of them it is, so that the file reads well. */
const COLUMNS: Readonly<Record<string, string>> = { good: 'good', total: 'valid' };

function checkColumns(ratio: Ratio, path: readonly PropertyKey[], say: Say): void {
  if (ratio.bad !== undefined) say([...path, 'bad'], 'the contract counts good events: give good');
  if (ratio.counter) say([...path, 'counter'], 'must be false: the contract has counts of each minute');
  for (const part of partsOf(ratio, path)) {
    const { column } = part.spec;
    const right = COLUMNS[part.key];
    if (column !== undefined && right !== undefined && column !== right)
      say([...part.path, 'column'], `must be ${right}, is ${JSON.stringify(column)}`);
  }
}

function readMinutes(ratio: Ratio, path: readonly PropertyKey[], say: Say): Indicator | undefined {
  refuseUnknown(ratio, path, ['sli', 'column'], say);
  checkColumns(ratio, path, say);
  const sli = oneText(ratio, path, 'sli', say);
  return sli === undefined ? undefined : { source: 'sli_minutes', sli };
}

function readPayouts(ratio: Ratio, path: readonly PropertyKey[], say: Say): Indicator | undefined {
  refuseUnknown(ratio, path, ['within', 'column'], say);
  checkColumns(ratio, path, say);
  const within = oneText(ratio, path, 'within', say);
  if (within === undefined) return undefined;
  const hours = Number(/^(\d{1,3})h$/.exec(within)?.[1] ?? 0);
  if (hours >= 1 && hours <= 168) return { source: 'payouts', withinHours: hours };
  say([...path, 'total', 'metricSource', 'spec', 'within'], `must be hours from 1h to 168h, is ${within}`);
  return undefined;
}

function readPrometheus(
  ratio: Ratio,
  { path, annotations, say }: { path: readonly PropertyKey[]; annotations: Annotations; say: Say },
): PrometheusIndicator | undefined {
  refuseUnknown(ratio, path, ['query'], say);
  const queries: Record<string, string> = {};
  for (const { key, spec, path: at } of partsOf(ratio, path)) {
    const query = spec['query'];
    if (typeof query !== 'string' || query.trim() === '') say([...at, 'query'], 'is missing, or no text');
    else if (ratio.counter && !query.includes('$window'))
      say([...at, 'query'], 'counters only grow: count what a minute added, as in increase(…[$window])');
    else queries[key] = query.trim();
  }
  const { good = null, bad = null, total } = queries;
  if (total === undefined || (good === null && bad === null)) return undefined;
  const own = (name: string) => annotations[`${OWN}${name}`]?.trim() ?? null;
  return {
    source: 'prometheus',
    good,
    bad,
    total,
    counter: ratio.counter,
    up: own('up-query'),
    value: own('value-query'),
    contributors: own('contributors-query'),
  };
}
