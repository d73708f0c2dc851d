import { ceiling, tiersFor } from '../burn.ts';
import type { Slo, Tier } from '../types.ts';
import { OWN, type DocumentOf, type Kind } from './kinds.ts';
import type { Parsed } from './parse-documents.ts';

type Note = (path: readonly PropertyKey[], message: string) => void;

/** What is right, and not used or not what one may expect: one line each, as `slo validate` shows them. Pure. */
export function notesOf(documents: readonly Parsed[]): string[] {
  const notes: string[] = [];
  const used = namesUsed(documents);
  for (const document of documents) {
    const note: Note = (path, message) => notes.push(document.problem(path, message));
    const { name } = document.value.metadata;
    const isUsed =
      document.kind === 'SLO' || document.kind === 'Service' || used.has(keyOf(document.kind, name));
    if (!isUsed) note(['metadata', 'name'], `no SLO uses the ${document.kind} ${name}`);
    noteUnused(document, note);
  }
  return notes;
}

/** Tiers that a target's ceiling makes useless: they are left out, and said. */
export function noteDropped(slo: Pick<Slo, 'name' | 'target'>, tiers: readonly Tier[]): string[] {
  const kept = new Set(tiersFor(slo.target, tiers));
  const most = Number(ceiling(slo.target).toPrecision(6));
  return tiers
    .filter((tier) => !kept.has(tier))
    .map(
      ({ name, threshold }) =>
        `${slo.name}: ${name} is left out: nothing burns faster than ${most} here, and ${threshold} is more than half of that`,
    );
}

function noteUnused({ kind, value }: Parsed, note: Note): void {
  const { spec } = value as DocumentOf<Kind> & { spec: Record<string, unknown> };
  if (
    kind === 'DataSource' &&
    Object.keys((spec['connectionDetails'] as object | undefined) ?? {}).length > 0
  )
    note(
      ['spec', 'connectionDetails'],
      'is not used: addresses and passwords come from the environment (docs/configuration.md); keep none in this file',
    );
  if (kind === 'AlertPolicy') notePolicy(spec, ['spec'], note);
  if (kind === 'AlertCondition') noteCondition(spec, ['spec'], note);
  if (kind === 'SLO') noteSlo(value as DocumentOf<'SLO'>, note);
}

function noteSlo({ metadata, spec }: DocumentOf<'SLO'>, note: Note): void {
  const [objective] = spec.objectives;
  const at = ['spec', 'objectives', 0];
  if (objective?.op !== undefined) note([...at, 'op'], 'is not used: a ratio is compared with target');
  if (objective?.value !== undefined) note([...at, 'value'], 'is not used: a ratio is compared with target');
  if (spec.alertPolicies.length === 0) note(['spec', 'alertPolicies'], 'nobody is told when it burns');
  for (const [index, policy] of spec.alertPolicies.entries()) {
    if (typeof policy !== 'object' || !('spec' in policy)) continue;
    notePolicy(policy.spec, ['spec', 'alertPolicies', index, 'spec'], note);
  }
  if (metadata.annotations[`${OWN}title-tr`] === undefined)
    note(['metadata', 'annotations'], `${OWN}title-tr is missing: Turkish readers see the English title`);
}

function notePolicy(spec: Record<string, unknown>, path: readonly PropertyKey[], note: Note): void {
  if (spec['alertWhenNoData'] !== undefined)
    note(
      [...path, 'alertWhenNoData'],
      'is not used: a source that is silent is always told, as a blind spot',
    );
  if (spec['alertWhenResolved'] === false)
    note([...path, 'alertWhenResolved'], 'is not used: the card of a burn always tells how it ended');
  if (Array.isArray(spec['notificationTargets']) && spec['notificationTargets'].length > 0)
    note(
      [...path, 'notificationTargets'],
      'is not used: policy.channels and policy.escalations say who is told',
    );
  const [condition] = spec['conditions'] as DocumentOf<'AlertPolicy'>['spec']['conditions'];
  if (condition !== undefined && 'spec' in condition)
    noteCondition(condition.spec, [...path, 'conditions', 0, 'spec'], note);
}

function noteCondition(spec: Record<string, unknown>, path: readonly PropertyKey[], note: Note): void {
  const { alertAfter } = spec['condition'] as DocumentOf<'AlertCondition'>['spec']['condition'];
  if (alertAfter !== undefined)
    note(
      [...path, 'condition', 'alertAfter'],
      `is not used: a second window is (annotation ${OWN}short-window)`,
    );
}

function keyOf(kind: Kind, name: string): string {
  return `${kind} ${name}`;
}

/** What is referred to by name, from anywhere. */
function namesUsed(documents: readonly Parsed[]): ReadonlySet<string> {
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const kind = KIND_OF_REF[key];
      if (kind !== undefined && typeof inner === 'string') used.add(keyOf(kind, inner));
      else if (key === 'alertPolicies' && Array.isArray(inner))
        for (const policy of inner) if (typeof policy === 'string') used.add(keyOf('AlertPolicy', policy));
      visit(inner);
    }
  };
  for (const { value } of documents) visit(value.spec);
  return used;
}

const KIND_OF_REF: Readonly<Record<string, Kind>> = {
  indicatorRef: 'SLI',
  metricSourceRef: 'DataSource',
  alertPolicyRef: 'AlertPolicy',
  conditionRef: 'AlertCondition',
  targetRef: 'AlertNotificationTarget',
};
