import { isBeyondWindow } from '../operations/rules.ts';
import type { Operation, Refusal } from '../operations/types.ts';
import { isExpired } from './expiry.ts';
import type { NoticeKind, Override, OverrideVersion } from './types.ts';

/** An operation says itself when it is over; this is for the case that nobody heard. */
const LOOK_AFTER_MS = 5 * 60_000;

export type OverrideStep =
  | { do: 'nothing' }
  | { do: 'wait'; until: Date }
  | { do: 'remind'; notice: 'remind_half' | 'remind_last' }
  | { do: 'expire' }
  | { do: 'execute' }
  /** Its operation is over, or will never be by itself. */
  | { do: 'settle'; operation: Operation; as: Settled }
  | { do: 'read_back' };

/** What its operation came to. */
export type Settled =
  | { as: 'executed' }
  | { as: 'failed'; means: Refusal['means'] | 'left_unknown' }
  | { as: 'expired' }
  | { as: 'void' };

export interface StepFacts {
  told: ReadonlySet<NoticeKind>;
  /** What carries it out. */
  operation: Operation | null;
  /** For how long the platform remembers its key, in milliseconds. */
  keepsMs: number;
}

/** What is to be done with an override now, by its rows alone: whoever holds its task decides the same. Pure. */
export function decideStep(
  override: Override,
  version: OverrideVersion,
  facts: StepFacts,
  now: Date,
): OverrideStep {
  switch (override.state) {
    case 'open':
      return isExpired(version, now) ? { do: 'expire' } : decideReminder(version, facts, now);
    case 'void':
      return isExpired(version, now) ? { do: 'expire' } : { do: 'wait', until: version.expiresAt };
    case 'approved':
      return isExpired(version, now) ? { do: 'expire' } : { do: 'execute' };
    case 'executing':
      return decideExecuting(facts, now);
    case 'failed': {
      const { operation } = facts;
      // It was unknown for good, and came to light after all.
      if (override.failure?.means === 'left_unknown' && operation?.state === 'succeeded')
        return { do: 'settle', operation, as: { as: 'executed' } };
      return needsReadBack(override);
    }
    case 'executed':
      return needsReadBack(override);
    case 'rejected':
    case 'expired':
    case 'canceled':
      return { do: 'nothing' };
  }
}

function needsReadBack({ operationId, readBackAt }: Override): OverrideStep {
  return operationId !== null && readBackAt === null ? { do: 'read_back' } : { do: 'nothing' };
}

function decideReminder(version: OverrideVersion, { told }: StepFacts, now: Date): OverrideStep {
  const { remindHalfAt, remindLastAt, expiresAt } = version;
  if (now >= remindLastAt) {
    return told.has('remind_last')
      ? { do: 'wait', until: expiresAt }
      : { do: 'remind', notice: 'remind_last' };
  }
  if (now < remindHalfAt) return { do: 'wait', until: remindHalfAt };
  return told.has('remind_half')
    ? { do: 'wait', until: remindLastAt }
    : { do: 'remind', notice: 'remind_half' };
}

function decideExecuting({ operation, keepsMs }: StepFacts, now: Date): OverrideStep {
  const later: OverrideStep = { do: 'wait', until: new Date(now.getTime() + LOOK_AFTER_MS) };
  if (operation === null) return later;
  if (operation.state === 'succeeded') return { do: 'settle', operation, as: { as: 'executed' } };
  if (operation.state === 'refused' && operation.refusal !== null)
    return { do: 'settle', operation, as: settledBy(operation.refusal) };
  if (isBeyondWindow(operation, now, keepsMs))
    return { do: 'settle', operation, as: { as: 'failed', means: 'left_unknown' } };
  return later;
}

const MAKES_VOID: ReadonlySet<Refusal['means']> = new Set(['changed', 'void', 'not_safe', 'not_there']);

/** Before anything was sent, a change makes it void and its expiry expires it; everything else has failed. */
function settledBy({ by, means }: Refusal): Settled {
  if (by !== 'us') return { as: 'failed', means };
  if (MAKES_VOID.has(means)) return { as: 'void' };
  return means === 'expired' ? { as: 'expired' } : { as: 'failed', means };
}
