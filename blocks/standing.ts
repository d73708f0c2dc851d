import type { FindingState } from '../src/findings/types.ts';
import { describeActor, mentionUser } from './actor.ts';
import type { Medium } from './medium.ts';

const REASON_LIMIT = 40;

export interface Stood {
  state: FindingState;
  owner: string | null;
  acceptedUntil: Date | null;
  closed: { by: string; at: Date; reason: string } | null;
}

/** Where a finding stands, in a line: who closed it and why, until when it is accepted, who has it; null for an open one. */
export function standingLine({ state, owner, acceptedUntil, closed }: Stood, medium: Medium): string | null {
  const { texts } = medium;
  const by = closed === null ? '' : describeActor(closed.by, medium);
  const reason = closed === null ? '' : describeReason(closed.reason, medium);
  switch (state) {
    case 'resolved':
      return closed === null
        ? `✅ ${texts.t('findings.stands.resolved_by_run')}`
        : `✅ ${texts.t('findings.stands.resolved', { by, reason, at: medium.at(closed.at) })}`;
    case 'accepted': {
      const until = acceptedUntil === null ? '–' : lastMoment(acceptedUntil, medium);
      return closed === null
        ? `☑️ ${texts.t('findings.stands.accepted', { until })}`
        : `☑️ ${texts.t('findings.stands.accepted_by', { until, by, reason })}`;
    }
    case 'open':
      return owner === null
        ? null
        : `👤 ${texts.t('findings.stands.assigned', { owner: mentionUser(owner, medium) })}`;
  }
}

/** The last minute of an acceptance: a day that ends at midnight is not shown as the next one. */
export function lastMoment(until: Date, medium: Medium): string {
  return medium.at(new Date(until.getTime() - 60_000));
}

/** A reason of ours in words; one of another version as it is. */
export function describeReason(reason: string, medium: Medium): string {
  return medium.word('findings.reason', reason, REASON_LIMIT);
}
