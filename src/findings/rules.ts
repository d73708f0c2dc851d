import { findingKey } from './key.ts';
import { RISK_CLASSES, type FindingState, type Observation, type RiskClass } from './types.ts';

/** A finding as far as a decision needs it. */
export interface KnownFinding {
  id: string;
  key: string;
  rule: string;
  class: RiskClass;
  action: string;
  amountMinor: bigint | null;
  state: FindingState;
  acceptedUntil: Date | null;
  lastSeenAt: Date;
  /** When it was resolved, by a run or a person; null while it is not. */
  resolvedAt: Date | null;
  opening: boolean;
}

/** What an observation does to the finding of its key. */
export type Sighting = { key: string; observation: Observation } & (
  | { change: 'opened' }
  /** Still there; `changed` when rule, class, action or amount are not what they were. */
  | { change: 'carried' | 'changed' | 'reopened'; id: string }
  /** Accepted and no worse than what was accepted: only last_seen moves. */
  | { change: 'tolerated'; id: string }
  /** A newer run has already looked, or it was resolved after this look: nothing moves. */
  | { change: 'overtaken'; id: string; state: FindingState }
);

/** LOW below MED below HIGH. */
export function compareClass(a: RiskClass, b: RiskClass): number {
  return RISK_CLASSES.indexOf(a) - RISK_CLASSES.indexOf(b);
}

/**
 * Decides for each observation of one look at `observedAt` what becomes of its finding. Two observations of one key
 * count once: the higher class, then the larger amount.
 */
export function decideSightings(
  observations: readonly Observation[],
  known: ReadonlyMap<string, KnownFinding>,
  observedAt: Date,
): Sighting[] {
  const worst = new Map<string, Observation>();
  for (const observation of observations) {
    const key = findingKey(observation);
    const other = worst.get(key);
    if (other === undefined || isWorse(observation, other)) worst.set(key, observation);
  }
  return [...worst].map(([key, observation]) => {
    const finding = known.get(key);
    return finding === undefined
      ? { key, observation, change: 'opened' }
      : decideSighting(key, observation, finding, observedAt);
  });
}

function decideSighting(
  key: string,
  observation: Observation,
  finding: KnownFinding,
  observedAt: Date,
): Sighting {
  const { id } = finding;
  const isOver =
    finding.state === 'resolved' && finding.resolvedAt !== null && finding.resolvedAt > observedAt;
  if (finding.lastSeenAt > observedAt || isOver)
    return { key, observation, id, change: 'overtaken', state: finding.state };
  switch (finding.state) {
    case 'open':
      return { key, observation, id, change: isSame(observation, finding) ? 'carried' : 'changed' };
    case 'resolved':
      return { key, observation, id, change: 'reopened' };
    case 'accepted':
      return {
        key,
        observation,
        id,
        change: exceedsAccepted(observation, finding, observedAt) ? 'reopened' : 'tolerated',
      };
  }
}

/**
 * Does what is seen belong to the opening balance? It must have happened before `startAt`; a known finding stays what it
 * was, unless something happened to it since then: it returned, grew, or another rule came to speak of it.
 */
export function isOpening(
  observation: Observation,
  change: Sighting['change'],
  finding: KnownFinding | undefined,
  startAt: Date | null,
): boolean {
  const isOld = startAt !== null && observation.occurredAt < startAt;
  if (finding === undefined) return isOld;
  const isAnother =
    change === 'reopened' ||
    finding.rule !== observation.rule ||
    isLarger(observation.amountMinor, finding.amountMinor);
  return finding.opening && (isOld || !isAnother);
}

/** What was accepted was this class, this amount, until this date. */
function exceedsAccepted(observation: Observation, finding: KnownFinding, observedAt: Date): boolean {
  if (finding.acceptedUntil === null || finding.acceptedUntil <= observedAt) return true;
  if (compareClass(observation.class, finding.class) > 0) return true;
  return isLarger(observation.amountMinor, finding.amountMinor);
}

function isSame(observation: Observation, finding: KnownFinding): boolean {
  return (
    observation.rule === finding.rule &&
    observation.class === finding.class &&
    observation.action === finding.action &&
    observation.amountMinor === finding.amountMinor
  );
}

function isWorse(a: Observation, b: Observation): boolean {
  const order = compareClass(a.class, b.class);
  return order === 0 ? isLarger(a.amountMinor, b.amountMinor) : order > 0;
}

/** An amount against none is larger: what nobody saw, nobody accepted. */
function isLarger(a: bigint | null, b: bigint | null): boolean {
  return a !== null && (b === null || a > b);
}
