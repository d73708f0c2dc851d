import type { OverrideModel } from '../src/overrides/models.ts';
import { describeActor } from './actor.ts';
import type { Medium } from './medium.ts';
import {
  describeChange,
  describeFailure,
  describeTroubleWord,
  nextStep,
  stateOf,
} from './overrides-words.ts';

const REASON_LIMIT = 1_000;

/** What has become of it, and what comes next; nothing while it waits for votes. */
export function outcomeLines(model: OverrideModel, medium: Medium): string[] {
  const { override } = model;
  const { texts } = medium;
  const at = medium.at(override.overAt ?? override.approvedAt ?? override.requestedAt);
  const by = describeActor(override.overBy ?? override.requestedBy, medium);
  switch (override.state) {
    case 'open':
      return [];
    case 'void':
      return [...changedLines(model, medium), texts.t('overrides.told.void')];
    case 'approved':
    case 'executing':
      return underWayLines(model, medium);
    case 'executed':
      return [texts.t('overrides.told.executed', { at }), afterLine(model, medium)];
    case 'failed':
      return [
        texts.t('overrides.told.failed', { at, why: describeFailure(override.failure, medium) }),
        ...nextStep(override.failure, medium),
      ];
    case 'rejected':
      return [texts.t('overrides.told.rejected', { by, at }), ...rejectedWhy(model, medium)];
    case 'expired':
      return [texts.t('overrides.told.expired', { at })];
    case 'canceled':
      return [texts.t('overrides.told.canceled', { by, at })];
  }
}

/** What is not as it was when people voted. */
export function changedLines({ version, override }: OverrideModel, medium: Medium): string[] {
  const changes = version.changes ?? [];
  if (changes.length === 0) return [];
  const title = medium.strong(medium.texts.t('overrides.changed.title'));
  const currency = override.currency;
  return [title, ...changes.map((change) => `• ${describeChange(change, currency, medium)}`)];
}

function underWayLines({ override, operation }: OverrideModel, medium: Medium): string[] {
  const { texts } = medium;
  const at = medium.at(override.approvedAt ?? override.requestedAt);
  const trouble = describeTroubleWord(operation?.trouble ?? null, medium);
  if (override.state === 'approved') return [texts.t('overrides.told.approved', { at })];
  const approved = texts.t('overrides.told.executing', { at });
  if (operation?.state === 'unknown') return [texts.t('overrides.told.unknown', { trouble })];
  const isHeldUp = operation?.state === 'accepted' && operation.trouble !== null;
  return isHeldUp ? [approved, texts.t('overrides.told.waiting', { trouble })] : [approved];
}

function afterLine({ override }: OverrideModel, medium: Medium): string {
  const { texts } = medium;
  const { stateBefore, stateAfter, readBackAt } = override;
  const before = stateOf(stateBefore, medium);
  if (readBackAt === null) return texts.t('overrides.told.reading_back', { before });
  const at = medium.at(readBackAt);
  return stateAfter === null
    ? texts.t('overrides.told.after_gone', { before, at })
    : texts.t('overrides.told.after', { before, after: stateOf(stateAfter, medium), at });
}

/** In the words of whoever rejected it. */
export function rejectedWhy({ votes }: OverrideModel, medium: Medium): string[] {
  return votes
    .filter(({ vote, reason }) => vote === 'reject' && reason !== '')
    .slice(-1)
    .map(({ reason }) =>
      medium.texts.t('overrides.told.rejected_why', { reason: medium.foreign(reason, REASON_LIMIT) }),
    );
}
