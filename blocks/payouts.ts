import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { PayoutModel } from '../src/payouts/types.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { capitalised, shortId } from './findings.ts';
import { context, fields, joined, message, section } from './kit.ts';
import { linkTo, type Medium } from './medium.ts';
import { payoutActions } from './payouts-actions.ts';
import { attemptLines } from './payouts-attempts.ts';
import { overrideLines } from './override-stand.ts';
import { operationLines, proofText } from './payouts-operation.ts';
import { safetyLines } from './payouts-safety.ts';
import {
  describeAmount,
  describeHead,
  describeReference,
  describeState,
  payoutMarkup,
  payoutWords,
  type PayoutMedium,
} from './payouts-words.ts';
import { linkText } from './review.ts';

const NAME_LIMIT = 40;
/** The platform allows three; what others allow is counted. */
const MOST_ATTEMPTS = 5;

/**
 * One payout that is stuck or has failed: how bad, since when, what its provider said about each attempt, what is safe
 * and why, and what was done. Once it is over, its head is crossed out, it says how, and its story stays.
 */
export function renderPayout(model: PayoutModel, context_: RenderContext): MessageContent {
  const texts = makeTexts(context_.locale);
  const markup = payoutMarkup(texts, model.timeZone);
  const words = payoutWords(texts, model.timeZone);
  const print = [smallPrint(model, markup)];
  if (context_.previousPermalink !== null) print.push(...linkTo(context_.previousPermalink, texts));
  const doings = operationLines(model, markup);
  const safety = safetyLines(model, markup);
  const escalation = escalationLines(model, markup);
  const byHand = overrideLines(model.override, linkOf(model, context_), markup);
  const blocks: KnownBlock[] = [
    section(headLines(model, markup)),
    fields(payoutFacts(model, markup)),
    section(attemptsOf(model, markup)),
    ...(safety.length > 0 ? [section(safety)] : []),
    ...(doings.length > 0 ? [section(doings)] : []),
    ...(escalation.length > 0 ? [section(escalation)] : []),
    ...(byHand.length > 0 ? [section(byHand)] : []),
    ...payoutActions(model, texts, { details: true }),
    ...(model.proof === null ? [] : [context([proofText(model.proof, markup)])]),
    context(print),
  ];
  return message(
    [
      ...headLines(model, words),
      ...payoutFacts(model, words).map((fact) => fact.join(': ')),
      ...attemptsOf(model, words),
      ...safetyLines(model, words),
      ...operationLines(model, words),
      ...escalationLines(model, words),
      ...overrideLines(model.override, null, words),
      ...(model.proof === null ? [] : [proofText(model.proof, words)]),
    ],
    blocks,
  );
}

function linkOf({ override }: PayoutModel, context_: RenderContext): string | null {
  const message = override?.message ?? null;
  return message === null ? null : context_.permalink(message);
}

/** What it is, and how it ended. */
export function headLines({ payout }: PayoutModel, medium: PayoutMedium): string[] {
  const head = describeHead(payout, medium);
  if (payout.state === 'open') return [head];
  const how = payout.overHow ?? 'moved';
  const at = (how === 'gone' ? payout.overAt : payout.movedAt) ?? payout.overAt ?? payout.lookedAt;
  const over = medium.texts.t(`payouts.over.${how}`, {
    at: medium.at(at),
    state: describeState(payout.paymentState, medium),
  });
  return [`${OVER_SYMBOLS[how]} ${medium.strong(over)}`, head];
}

const OVER_SYMBOLS = { paid: '✅', given_back: '↩️', moved: '➡️', gone: '❔' } as const;

/** Facts, a name and a value each, two in a row. */
export function payoutFacts(model: PayoutModel, medium: Medium): string[][] {
  const { payout, tenantName, maxAttempts } = model;
  const { texts, strong } = medium;
  const fact = (name: string, value: string): string[] => [strong(capitalised(name, texts)), value];
  const isOver = payout.state === 'over';
  // After a retry it stands in its state since then; once it is over, all of it counts.
  const since = new Date(Math.min(payout.since.getTime(), ...(isOver ? [payout.openedAt.getTime()] : [])));
  const until = isOver ? (payout.movedAt ?? payout.overAt ?? payout.lookedAt) : payout.lookedAt;
  const span = texts.duration(until.getTime() - since.getTime());
  return [
    fact(
      texts.t('payouts.fact.since'),
      texts.t(isOver ? 'payouts.since_over' : 'payouts.since', { at: medium.at(since), span }),
    ),
    fact(texts.t('payouts.fact.amount'), describeAmount(payout, model.reportingCurrency, texts)),
    fact(texts.t('payouts.fact.state'), describeState(payout.paymentState, medium)),
    fact(
      texts.t('payouts.fact.attempts'),
      texts.t('payouts.attempt_count', { count: payout.attempts.length, limit: maxAttempts }),
    ),
    fact(texts.t('findings.subject.account'), medium.account(payout.accountId)),
    fact(texts.t('findings.subject.tenant'), medium.foreign(tenantName, NAME_LIMIT)),
    fact(texts.t('findings.subject.transaction'), describeReference(payout.transactionId, medium)),
  ];
}

function attemptsOf(model: PayoutModel, medium: Medium): string[] {
  const title = medium.strong(medium.texts.t('payouts.attempts.title'));
  return [title, ...attemptLines(model, medium, { most: MOST_ATTEMPTS, references: false })];
}

/** Who was told of it, and who has it. */
export function escalationLines({ finding }: PayoutModel, medium: Medium): string[] {
  const escalation = finding?.escalation ?? null;
  if (escalation === null) return [];
  const { texts } = medium;
  const by = escalation.ackedBy === null ? '–' : mentionUser(escalation.ackedBy, medium);
  const told = texts.t(`findings.review.escalation_${escalation.state}`, { level: escalation.level, by });
  return [joined([`📣 ${told}`, linkText(escalation.link, texts.t('findings.review.escalation_link'))])];
}

function smallPrint({ payout }: PayoutModel, medium: Medium): string {
  const { texts } = medium;
  return joined([
    /^R\d{2}$/.test(payout.rule) ? payout.rule : '',
    texts.t('payouts.detail.id', { id: medium.id(shortId(payout.id), 8) }),
    texts.t('payouts.looked', { at: medium.at(payout.lookedAt) }),
  ]);
}
