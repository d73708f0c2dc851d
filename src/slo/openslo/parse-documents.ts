import { isMap, isScalar, LineCounter, parseAllDocuments, type Document } from 'yaml';
import type { z } from 'zod';
import { API_VERSION, DOCUMENTS, KINDS, type DocumentOf, type Kind } from './kinds.ts';
import { nearest } from './nearest.ts';

export interface SourceFile {
  /** As it is shown, for instance slo/payout.yaml. */
  name: string;
  text: string;
}

/** One document, with a way to say where something in it stands. */
export interface Parsed<K extends Kind = Kind> {
  kind: K;
  value: DocumentOf<K>;
  /** "slo/payout.yaml:14 spec.service: ..." */
  problem(path: readonly PropertyKey[], message: string): string;
}

/** A definition has some hundred lines; what is larger is something else. */
const MOST_CHARACTERS = 100_000;
const MOST_ISSUES = 20;
/** The parser compiles a pattern as wide as a line's indent: 90,000 dashes in one line ended the process. */
const TOO_DEEP = /^[ ?:-]{200}/m;

/** Reads the documents of one file; what is wrong with each is said with file, line and path. */
export function parseDocuments(file: SourceFile): { documents: Parsed[]; problems: string[] } {
  if (file.text.length > MOST_CHARACTERS)
    return { documents: [], problems: [`${file.name}: is larger than ${MOST_CHARACTERS} characters`] };
  const lines = new LineCounter();
  const parsed = parseYaml(file.text, lines);
  const documents: Parsed[] = [];
  const problems: string[] = [];
  if (parsed === undefined) return { documents, problems: [`${file.name}: is nested too deep`] };
  for (const document of parsed) {
    const problemAt = placer(file.name, document, lines);
    if (document.errors.length > 0) {
      const [first] = document.errors;
      const { line } = lines.linePos(first?.pos[0] ?? 0);
      problems.push(`${file.name}:${line} is not YAML: ${first?.message ?? ''}`);
      continue;
    }
    // A file may end, or begin, with nothing but a comment.
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
      continue;
    const one = parseOne(document, problemAt);
    if ('problems' in one) problems.push(...one.problems);
    else documents.push(one);
  }
  if (documents.length + problems.length === 0) problems.push(`${file.name}: has no document`);
  return { documents, problems };
}

/** The parser goes down by recursion: a file of nothing but brackets ends the stack. Undefined then, and where the indent says so. */
function parseYaml(text: string, lineCounter: LineCounter): readonly Document.Parsed[] | undefined {
  if (TOO_DEEP.test(text)) return undefined;
  try {
    const parsed = parseAllDocuments(text, { lineCounter, prettyErrors: false });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type ProblemAt = Parsed['problem'];

function parseOne(document: Document.Parsed, problemAt: ProblemAt): Parsed | { problems: string[] } {
  if (!isMap(document.contents))
    return { problems: [problemAt([], 'must be a mapping with apiVersion and kind')] };
  let raw: Record<string, unknown>;
  try {
    raw = document.toJS({ maxAliasCount: 50 }) as Record<string, unknown>;
  } catch {
    return { problems: [problemAt([], 'has too many aliases')] };
  }
  if (raw['apiVersion'] !== API_VERSION)
    return {
      problems: [problemAt(['apiVersion'], `must be ${API_VERSION}, is ${shown(raw['apiVersion'])}`)],
    };
  const kind = KINDS.find((known) => known === raw['kind']);
  if (kind === undefined) {
    const hint = nearest(String(raw['kind']), KINDS);
    const meant = hint === undefined ? `one of ${KINDS.join(', ')}` : hint;
    return { problems: [problemAt(['kind'], `is ${shown(raw['kind'])}; must be ${meant}`)] };
  }
  const checked = DOCUMENTS[kind].safeParse(raw);
  if (checked.success) return { kind, value: checked.data, problem: problemAt } as Parsed;
  const found = checked.error.issues.flatMap((issue) => describeIssue(issue, problemAt, raw));
  return { problems: [...new Set(found)].slice(0, MOST_ISSUES) };
}

/** Every field name that any kind knows, for suggestions. */
const FIELDS = [
  'apiVersion kind metadata spec name displayName labels annotations description',
  'service indicator indicatorRef timeWindow budgetingMethod objectives alertPolicies',
  'duration isRolling calendar target targetPercent op value ratioMetric counter good bad total',
  'metricSource metricSourceRef type connectionDetails severity condition threshold lookbackWindow alertAfter',
  'alertWhenNoData alertWhenBreaching alertWhenResolved conditions conditionRef alertPolicyRef notificationTargets',
].flatMap((line) => line.split(' '));

function describeIssue(issue: z.core.$ZodIssue, problemAt: ProblemAt, raw: unknown): string[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, MOST_ISSUES).map((key) => {
      const hint = nearest(key, FIELDS);
      return problemAt([...path, key], `is no field here${hint === undefined ? '' : `; is ${hint} meant?`}`);
    });
  if (issue.code === 'invalid_union') {
    const given = valueAt(raw, path);
    const objects = issue.errors.filter((errors) => errors.every((error) => error.path.length > 0));
    const branch = typeof given === 'object' ? objects.toSorted((a, b) => a.length - b.length)[0] : undefined;
    if (branch !== undefined)
      return branch.flatMap((error) =>
        describeIssue({ ...error, path: [...path, ...error.path] }, problemAt, raw),
      );
    return [problemAt(path, `is none of the forms it may have, is ${shown(given)}`)];
  }
  if (issue.code === 'custom') return [problemAt(path, issue.message)];
  const given = valueAt(raw, path);
  if (given === undefined) return [problemAt(path, 'is missing')];
  return [problemAt(path, `${wordsOf(issue)}, is ${shown(given)}`)];
}

/** Our own words stay; those of zod begin with "Invalid" or "Too", and say less. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid|Too)/.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_type') {
    const name = { record: 'a mapping', object: 'a mapping', array: 'a list', string: 'text' }[
      issue.expected as string
    ];
    return `must be ${name ?? `a ${issue.expected}`}`;
  }
  if (issue.code === 'too_big') return `must have ${issue.maximum} characters at most`;
  if (issue.code === 'invalid_value') return `must be ${issue.values.join(' or ')}`;
  return issue.message;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    raw,
  );
}

/** A value in a message: short, on one line. */
function shown(value: unknown): string {
  const words = value === undefined ? 'missing' : JSON.stringify(value);
  return words.length > 60 ? `${words.slice(0, 59)}…` : words;
}

function placer(file: string, document: Document.Parsed, lines: LineCounter): ProblemAt {
  return (path, message) => {
    const { line } = lines.linePos(offsetOf(document, path));
    const where = path.map((key, index) => step(key, index)).join('');
    return oneLine(`${file}:${line}${where === '' ? '' : ` ${where}`}: ${message}`);
  };
}

/** A terminal obeys control characters; a file may hold some. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}

function step(key: PropertyKey, index: number): string {
  if (typeof key === 'number') return `[${key}]`;
  return index === 0 ? String(key) : `.${String(key)}`;
}

/** Where it stands; where it is missing, what it is missing in. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range !== undefined) return range[0];
  }
  return document.contents?.range[0] ?? 0;
}
