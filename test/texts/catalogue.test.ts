import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import en from '../../locales/en.json' with { type: 'json' };
import tr from '../../locales/tr.json' with { type: 'json' };
import { ALERT_KINDS } from '../../src/alerts/types.ts';
import { AUDIT_PROBLEMS } from '../../src/audit/problems.ts';
import { CHANGES, REASONS } from '../../src/findings/act-types.ts';
import { EVIDENCE_ARGUMENTS } from '../../src/findings/evidence.ts';
import { NOT_SAFE_REASONS } from '../../src/operations/retry-safe.ts';
import { NOT_RUN_REASONS } from '../../src/reconciliation/reasons.ts';
import { RUN_PROBLEMS } from '../../src/reconciliation/run-problems.ts';
import { TRANSACTION_KINDS } from '../../src/reconciliation/types.ts';

type Node = { readonly [name: string]: string | Node };
const flatten = (node: Node, prefix = ''): [string, string][] =>
  Object.entries(node).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[`${prefix}${name}`, value]] : flatten(value, `${prefix}${name}.`),
  );

const CATALOGUES = { en: new Map(flatten(en)), tr: new Map(flatten(tr)) };
const KEYS = [...CATALOGUES.en.keys()];

type Part = ReturnType<IntlMessageFormat['getAst']>[number];
/** ICU's kinds of placeholder: a plain argument, a number or a plural, a choice. */
const KIND_OF: Record<number, string> = { 1: 'argument', 2: 'number', 5: 'select', 6: 'number' };

/** The arguments of a text as "name:kind", sorted. */
function argumentsOf(text: string, locale: string): string[] {
  const names = new Set<string>();
  const visit = (part: Part): void => {
    const kind = KIND_OF[part.type];
    if (kind !== undefined && 'value' in part) names.add(`${String(part.value)}:${kind}`);
    if ('options' in part) Object.values(part.options).forEach((option) => option.value.forEach(visit));
  };
  new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst().forEach(visit);
  return [...names].toSorted();
}

/** The names below a key: the members of a family whose keys are put together at run time. */
const family = (prefix: string): string[] =>
  KEYS.filter((key) => key.startsWith(`${prefix}.`)).map((key) => key.slice(prefix.length + 1));
const states = Object.values(EVIDENCE_ARGUMENTS).flatMap((args) => ('state' in args ? [...args.state] : []));
const rules = [...new Set(Object.keys(EVIDENCE_ARGUMENTS).map((key) => key.slice(0, 3)))];

const sources = (folder: string): string =>
  readdirSync(new URL(`../../${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(`../../${folder}/${name}`, import.meta.url), 'utf8'))
    .join('\n');
const CODE = ['src', 'blocks', 'handlers'].map(sources).join('\n');

describe('the catalogues', () => {
  it('have the same keys in the same order', () => {
    expect([...CATALOGUES.tr.keys()]).toEqual(KEYS);
  });

  it.each(KEYS)('take the same arguments: %s', (key) => {
    expect(argumentsOf(CATALOGUES.tr.get(key)!, 'tr')).toEqual(argumentsOf(CATALOGUES.en.get(key)!, 'en'));
  });

  it('hold no markup, so that they are safe in mrkdwn', () => {
    const marked = (['en', 'tr'] as const).flatMap((locale) =>
      [...CATALOGUES[locale]]
        .filter(([, text]) => /[<>&*_~`]/.test(text.replaceAll(/\{\w+/g, '')))
        .map(([key]) => key),
    );
    expect(marked).toEqual([]);
  });

  it('are not the same text twice by oversight', () => {
    const same = KEYS.filter((key) => {
      const words = CATALOGUES.en.get(key)!.replaceAll(/\{[^}]*\}/g, '');
      return /[a-z]{3}/i.test(words) && CATALOGUES.en.get(key) === CATALOGUES.tr.get(key);
    });
    expect(same).toEqual([
      'findings.subject.webhook',
      'findings.subject.slack',
      'reconciliation.headline.breaks',
      'modal.notice_title',
      'escalations.severity.sev1',
      'escalations.severity.sev2',
      'escalations.severity.sev3',
      'overrides.proof.field.risk',
      'overrides.exemption.risk',
      'secrets.shape.jwt',
    ]);
  });
});

describe('families of texts', () => {
  it.each([
    ['findings.evidence', Object.keys(EVIDENCE_ARGUMENTS)],
    ['findings.not_safe', [...NOT_SAFE_REASONS]],
    ['findings.state', states],
    ['findings.answer', [...EVIDENCE_ARGUMENTS['R19.final'].answer]],
    ['findings.rule', rules.map((rule) => `${rule}.name`)],
    ['findings.reason', [...REASONS, 'acceptance_over']],
    ['findings.history', [...CHANGES]],
    ['findings.side', Object.keys(EVIDENCE_ARGUMENTS).flatMap((key) => [`${key}.given`, `${key}.against`])],
    ['findings.why', rules],
    ['reconciliation.not_run', Object.keys(NOT_RUN_REASONS)],
    ['reconciliation.kind', [...TRANSACTION_KINDS]],
    ['reconciliation.problem', [...RUN_PROBLEMS]],
    ['audit.problem', [...AUDIT_PROBLEMS]],
    ['alerts.run_state', ['failed', 'partial']],
    ['alerts.kind', ALERT_KINDS.flatMap((kind) => [`${kind}.title`, `${kind}.detail`, `${kind}.advice`])],
  ])('are whole and hold nothing else: %s', (prefix, members) => {
    expect(family(prefix).toSorted()).toEqual([...new Set(members)].toSorted());
  });

  it.each(Object.entries(EVIDENCE_ARGUMENTS))('evidence names only what it is given: %s', (key, given) => {
    // Spans arrive in words; every other number must choose a form or be grouped.
    const spans = ['minutes', 'hours'];
    const allowed = Object.entries(given).map(
      ([name, kind]) => `${name}:${kind === 'number' && !spans.includes(name) ? 'number' : 'argument'}`,
    );
    const named = argumentsOf(CATALOGUES.en.get(`findings.evidence.${key}`)!, 'en');
    expect(named.filter((argument) => !allowed.includes(argument))).toEqual([]);
  });
});

describe('keys in the code', () => {
  const FAMILIES = [
    'findings.evidence',
    'findings.not_safe',
    'findings.state',
    'findings.answer',
    'findings.reason',
    'alerts.run_state',
    'audit.problem',
    'reconciliation.problem',
  ];
  const literals = new Set([...CODE.matchAll(/'([a-z_]+(?:\.\w+)+)'/g)].map(([, key]) => key!));
  // `findings.class.${x}` stands for every key of that shape.
  const patterns = [...CODE.matchAll(/`([a-z_]+\.[^`\s]*\$\{[^`\s]*)`/g)].map(
    ([, template]) => new RegExp(`^${template!.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '.+')}$`),
  );

  it('exist, each of them', () => {
    const asked = [...CODE.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, key]) => key!);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((key) => !KEYS.includes(key))).toEqual([]);
  });

  it('use every text there is', () => {
    const unused = KEYS.filter(
      (key) =>
        !literals.has(key) &&
        !patterns.some((pattern) => pattern.test(key)) &&
        !FAMILIES.some((prefix) => key.startsWith(`${prefix}.`)),
    );
    expect(unused).toEqual([]);
  });
});
