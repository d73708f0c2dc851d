import { tiersFor } from '../burn.ts';
import type { Slo, Tier } from '../types.ts';
import { OWN, type DocumentOf, type Kind } from './kinds.ts';
import { nearest } from './nearest.ts';
import { noteDropped, notesOf } from './notes.ts';
import type { Parsed } from './parse-documents.ts';
import { checkAnnotations, readDashboard, readIndicator, readUnit, unknownRef } from './read-indicator.ts';
import { readTier } from './read-tiers.ts';

type Path = readonly PropertyKey[];
type Say = (path: Path, message: string) => void;

/** Every document by kind and name. */
interface Library {
  of<K extends Kind>(kind: K): ReadonlyMap<string, Parsed<K>>;
  dataSources: ReadonlyMap<string, string>;
  isWhole: boolean;
}

/** What data sources there are. */
const SOURCE_TYPES = ['finance', 'prometheus'] as const;
const MOST_SLOS = 50;

export interface Resolved {
  slos: Slo[];
  problems: string[];
  /** What is right and not used; docs/slo.md. */
  notes: string[];
}

/**
 * Turns documents into promises: references are followed, and what does not fit together is said. `isWhole`: every
 * document could be read; where not, what refers to one that is not there is not wrong itself. Pure.
 */
export function resolveDocuments(documents: readonly Parsed[], isWhole: boolean): Resolved {
  const problems: string[] = [];
  const notes = notesOf(documents);
  const library = makeLibrary(documents, problems, isWhole);
  for (const document of documents) {
    const say: Say = (path, message) => problems.push(document.problem(path, message));
    checkAnnotations(document.value.metadata.annotations, ['metadata', 'annotations'], say);
    if (isOf(document, 'DataSource')) checkSource(document, library, say);
    if (isOf(document, 'AlertCondition')) readTier(document.value, say);
  }
  const found = [...library.of('SLO').values()];
  const slos = found.flatMap((document) => resolveSlo(document, library, { problems, notes }) ?? []);
  if (found.length === 0 && problems.length === 0 && isWhole) problems.push('there is no SLO in these files');
  if (found.length > MOST_SLOS) problems.push(`there are ${found.length} SLOs; ${MOST_SLOS} at most`);
  return { slos: slos.toSorted((a, b) => (a.name < b.name ? -1 : 1)), problems, notes };
}

function isOf<K extends Kind>(document: Parsed, kind: K): document is Parsed<K> & Parsed {
  return document.kind === kind;
}

function makeLibrary(documents: readonly Parsed[], problems: string[], isWhole: boolean): Library {
  const byKind = new Map<Kind, Map<string, Parsed>>();
  for (const document of documents) {
    const known = byKind.get(document.kind) ?? new Map<string, Parsed>();
    byKind.set(document.kind, known);
    const { name } = document.value.metadata;
    if (known.has(name))
      problems.push(document.problem(['metadata', 'name'], `there is another ${document.kind} ${name}`));
    else known.set(name, document);
  }
  const of = <K extends Kind>(kind: K) => (byKind.get(kind) ?? new Map()) as ReadonlyMap<string, Parsed<K>>;
  const dataSources = new Map(
    [...of('DataSource')].map(([name, { value }]) => [name, value.spec.type.toLowerCase()]),
  );
  return { of, dataSources, isWhole };
}

function checkSource({ value }: Parsed<'DataSource'>, { dataSources }: Library, say: Say): void {
  const type = value.spec.type.toLowerCase();
  if (!SOURCE_TYPES.some((known) => known === type))
    say(['spec', 'type'], `must be one of ${SOURCE_TYPES.join(', ')}, is ${value.spec.type}`);
  const [first] = [...dataSources].filter(([, known]) => known === type).map(([name]) => name);
  if (first !== undefined && first !== value.metadata.name)
    say(['spec', 'type'], `${first} is ${value.spec.type} already; the environment names one of each type`);
}

function resolveSlo(
  document: Parsed<'SLO'>,
  library: Library,
  { problems, notes }: Pick<Resolved, 'problems' | 'notes'>,
): Slo | undefined {
  const before = problems.length;
  const say: Say = (path, message) => problems.push(document.problem(path, message));
  const { metadata, spec } = document.value;
  const at = ['metadata', 'annotations'];
  if (!library.of('Service').has(spec.service))
    sayUnknown(say, ['spec', 'service'], 'Service', spec.service, library);
  const indicator = resolveIndicator(document, library, problems);
  const target = targetOf(spec.objectives[0]);
  const windowDays = windowOf(spec.timeWindow[0]?.duration ?? 0, say);
  const tiers = resolveTiers(document, library, say);
  const unit = readUnit(metadata.annotations, at, say);
  const dashboard = readDashboard(metadata.annotations, at, say);
  if (problems.length > before || indicator === undefined || unit === undefined) return undefined;
  notes.push(...noteDropped({ name: metadata.name, target }, tiers));
  const en = metadata.displayName ?? metadata.name;
  return {
    name: metadata.name,
    title: { en, tr: metadata.annotations[`${OWN}title-tr`] ?? en },
    description: spec.description ?? '',
    service: spec.service,
    target,
    windowDays,
    unit,
    indicator,
    tiers: tiersFor(target, tiers),
    dashboard,
  };
}

function resolveIndicator(document: Parsed<'SLO'>, library: Library, problems: string[]) {
  const { metadata, spec } = document.value;
  const ref = spec.indicatorRef;
  const sli = ref === undefined ? undefined : library.of('SLI').get(ref);
  const home: Parsed = sli ?? document;
  const say: Say = (path, message) => problems.push(home.problem(path, message));
  if (ref !== undefined && sli === undefined) {
    sayUnknown(say, ['spec', 'indicatorRef'], 'SLI', ref, library);
    return undefined;
  }
  const found = sli?.value ?? spec.indicator;
  const ratio = found?.spec.ratioMetric;
  if (found === undefined || ratio === undefined) return undefined;
  const path = sli === undefined ? ['spec', 'indicator', 'spec', 'ratioMetric'] : ['spec', 'ratioMetric'];
  const annotations = { ...metadata.annotations, ...found.metadata.annotations };
  return readIndicator(ratio, { path, annotations, library, say });
}

function targetOf(objective: DocumentOf<'SLO'>['spec']['objectives'][number] | undefined): number {
  // A percentage in decimal digits: 99.9 / 100 is 0.9990000000000001 otherwise.
  const share = objective?.target ?? Number(((objective?.targetPercent ?? 0) / 100).toPrecision(12));
  return share;
}

function windowOf(minutes: number, say: Say): number {
  const days = minutes / 1_440;
  if (Number.isInteger(days) && days >= 7 && days <= 90) return days;
  say(['spec', 'timeWindow', 0, 'duration'], 'must be whole days, 7d to 90d');
  return 0;
}

function resolveTiers({ value: { spec } }: Parsed<'SLO'>, library: Library, say: Say): Tier[] {
  const names = new Set<string>();
  return spec.alertPolicies.flatMap((given, index) => {
    const path: Path = ['spec', 'alertPolicies', index];
    const policy = policyOf(given, path, library, say);
    const condition = policy?.conditions[0];
    if (condition === undefined) return [];
    const ref = 'conditionRef' in condition ? condition.conditionRef : undefined;
    const found =
      'conditionRef' in condition
        ? library.of('AlertCondition').get(condition.conditionRef)?.value
        : condition;
    if (found === undefined) {
      sayUnknown(say, path, 'AlertCondition', ref ?? '', library);
      return [];
    }
    if (names.has(found.metadata.name)) {
      say(path, `tells by ${found.metadata.name} twice`);
      return [];
    }
    names.add(found.metadata.name);
    // What is wrong with a condition of its own is said where it stands.
    const tier = readTier(found, ref === undefined ? say : () => undefined);
    return tier === undefined ? [] : [tier];
  });
}

function policyOf(
  given: DocumentOf<'SLO'>['spec']['alertPolicies'][number],
  path: Path,
  library: Library,
  say: Say,
): DocumentOf<'AlertPolicy'>['spec'] | undefined {
  if (typeof given === 'object' && 'spec' in given) return given.spec;
  const name = typeof given === 'string' ? given : given.alertPolicyRef;
  const found = library.of('AlertPolicy').get(name);
  if (found === undefined) sayUnknown(say, path, 'AlertPolicy', name, library);
  return found?.value.spec;
}

function sayUnknown(say: Say, path: Path, kind: Kind, name: string, library: Library): void {
  if (library.isWhole) say(path, unknownRef(kind, name, nearest(name, [...library.of(kind).keys()])));
}
