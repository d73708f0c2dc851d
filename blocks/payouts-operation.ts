import type { Operation, Proof, Refusal, Trouble } from '../src/operations/types.ts';
import type { PayoutModel } from '../src/payouts/types.ts';
import type { TextKey } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';
import { describeRetryReason, describeState } from './payouts-words.ts';

const CODE_LIMIT = 60;
/** Reasons that one line names; all of them stand in the audit log. */
const MOST_REASONS = 3;

/** What is under way, and what was done last: who asked for it and when, and how it went. */
export function operationLines(model: PayoutModel, medium: Medium): string[] {
  const { open, last } = model.standing;
  return [
    ...(open === null ? [] : describeOperation(open, medium)),
    ...(last === null ? [] : [...describeOperation(last, medium), ...wayLines(model, last, medium)]),
  ];
}

/** One operation in a line or two. */
export function describeOperation(operation: Operation, medium: Medium): string[] {
  const { texts, strong } = medium;
  const { action, overrideId, state } = operation;
  const isOver = state === 'succeeded' || state === 'refused';
  const byHand = isOver ? 'operations.asked_override_over' : 'operations.asked_override';
  const isAboveLimit = action === 'retry' && overrideId !== null;
  const asked = texts.t(overrideId === null ? 'operations.asked' : byHand, {
    action: strong(texts.t(isAboveLimit ? 'operations.action.retry_above' : `operations.action.${action}`)),
    by: describeActor(operation.requestedBy, medium),
    at: medium.at(operation.requestedAt),
  });
  return [`${SYMBOLS[state]} ${asked}`, stepsOf(operation, medium).join(' → ')];
}

const SYMBOLS: Readonly<Record<Operation['state'], string>> = {
  accepted: '▶️',
  sent: '▶️',
  unknown: '❔',
  succeeded: '✅',
  refused: '🚫',
};

/** accepted → sent → unknown, done or refused: as far as it has come. */
function stepsOf(operation: Operation, medium: Medium): string[] {
  const { texts } = medium;
  const { state, lastSentAt, action } = operation;
  const accepted = texts.t('operations.step.accepted');
  const sent = lastSentAt === null ? [] : [texts.t('operations.step.sent', { at: medium.at(lastSentAt) })];
  switch (state) {
    case 'accepted':
      return [accepted, ...waitingSteps(operation, medium)];
    case 'sent':
      return [accepted, ...sent, texts.t('operations.step.awaited')];
    case 'unknown':
      return [accepted, ...sent, unknownStep(operation, medium)];
    case 'succeeded':
      return action === 'recheck'
        ? [accepted, doneStep(operation, medium)]
        : [accepted, ...sent, doneStep(operation, medium)];
    case 'refused':
      return [accepted, ...(operation.refusal?.by === 'us' ? [] : sent), refusedStep(operation, medium)];
  }
}

function waitingSteps({ action, trouble, nextAt }: Operation, medium: Medium): string[] {
  const { texts } = medium;
  const isAsk = action === 'recheck';
  if (trouble === null) return [texts.t(isAsk ? 'operations.step.asking' : 'operations.step.checking')];
  const key = isAsk ? 'operations.step.waiting_ask' : 'operations.step.waiting';
  const why = texts.t(key, { trouble: describeTrouble(trouble, medium) });
  return [why, ...(nextAt === null ? [] : [texts.t('operations.step.next', { at: medium.at(nextAt) })])];
}

function unknownStep({ trouble, nextAt, doubtfulRefusal }: Operation, medium: Medium): string {
  const { texts, strong } = medium;
  const why = describeTrouble(trouble ?? 'connection', medium);
  const looking =
    nextAt === null
      ? texts.t('operations.step.looking_now')
      : texts.t('operations.step.looking', { at: medium.at(nextAt) });
  const doubt =
    doubtfulRefusal === null
      ? ''
      : texts.t('operations.step.doubtful', { code: medium.foreign(doubtfulRefusal, CODE_LIMIT) });
  return joined([strong(texts.t('operations.step.unknown', { trouble: why })), looking, doubt]);
}

function doneStep({ action, result, settledAt, requestedAt }: Operation, medium: Medium): string {
  const { texts } = medium;
  const at = medium.at(settledAt ?? requestedAt);
  if (action === 'recheck')
    return texts.t('operations.step.done_recheck', { at, count: result?.answers.length ?? 0 });
  return texts.t(`operations.step.done_${action}`, { at });
}

function refusedStep({ action, refusal, settledAt, requestedAt }: Operation, medium: Medium): string {
  const { texts } = medium;
  const at = medium.at(settledAt ?? requestedAt);
  const why = refusal === null ? '–' : describeRefusal(refusal, medium);
  if (refusal?.by === 'override') return texts.t('operations.step.ended', { at, why });
  if (refusal?.by === 'platform') return texts.t('operations.step.refused_platform', { at, why });
  return texts.t(action === 'recheck' ? 'operations.step.refused_ask' : 'operations.step.refused_us', {
    at,
    why,
  });
}

/** Every meaning has its words; what the platform itself calls it stands beside them. */
export function describeRefusal({ means, reasons, code }: Refusal, medium: Medium): string {
  const { texts } = medium;
  const key: TextKey = `operations.refusal.${means}`;
  const named = reasons.slice(0, MOST_REASONS).map((reason) => describeRetryReason(reason, medium));
  const more = reasons.length - named.length;
  const rest = more > 0 ? [texts.t('payouts.unsafe.more', { count: more })] : [];
  const told = [...named, ...rest].join(', ');
  const words = means === 'not_safe' && told !== '' ? `${texts.t(key)}: ${told}` : texts.t(key);
  return code === null
    ? words
    : `${words} (${texts.t('operations.step.code', { code: medium.foreign(code, CODE_LIMIT) })})`;
}

/** Every trouble has its words: one without doesn't compile. */
function describeTrouble(trouble: Trouble, { texts }: Medium): string {
  const key: TextKey = `operations.trouble.${trouble}`;
  return texts.t(key);
}

const WAY = ['payout_pending', 'payout_submitted', 'processing', 'paid'] as const;

/** Where the payout is after an accepted retry, on its way to paid. */
function wayLines({ payout, standing }: PayoutModel, last: Operation, medium: Medium): string[] {
  if (standing.open !== null || last.action !== 'retry' || last.state !== 'succeeded') return [];
  const here = WAY.findIndex((state) => state === payout.paymentState);
  if (here < 0) return [];
  const { texts, strong } = medium;
  const steps = WAY.map((state, index) => {
    const words = describeState(state, medium);
    if (index < here) return `✓ ${words}`;
    return index === here ? strong(`● ${words}`) : `○ ${words}`;
  });
  return [`${texts.t('operations.way')}: ${steps.join(' → ')}`];
}

/** What a retry was sent on: each attempt with the provider's answer and its time, no burn, the state. */
export function proofText(proof: Proof, medium: Medium): string {
  const { texts } = medium;
  const attempts = proof.attempts.map(({ answer, askedAt }, index) => {
    if (answer === null || askedAt === null)
      return texts.t('operations.proof.attempt_not_asked', { no: index + 1 });
    const key: TextKey = `payouts.short_answer.${answer}`;
    return texts.t('operations.proof.attempt', {
      no: index + 1,
      answer: texts.t(key),
      at: medium.at(new Date(askedAt)),
    });
  });
  const facts = [
    ...attempts,
    texts.t('operations.proof.burns', { count: proof.burns }),
    texts.t('operations.proof.state', { state: describeState(proof.state, medium) }),
    texts.t('operations.proof.read', { at: medium.at(new Date(proof.readAt)) }),
  ];
  return `🔏 ${texts.t('operations.proof.title')}: ${facts.join('; ')}`;
}
