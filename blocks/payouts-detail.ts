import type { KnownBlock, ModalView } from '@slack/types';
import type { PayoutDetail } from '../src/payouts/types.ts';
import type { Texts } from '../src/texts.ts';
import { foreignCode } from './foreign.ts';
import { context, divider, fields, joined, section } from './kit.ts';
import type { Medium } from './medium.ts';
import { modal } from './modal.ts';
import { escalationLines, headLines, payoutFacts } from './payouts.ts';
import { payoutActions } from './payouts-actions.ts';
import { attemptLines } from './payouts-attempts.ts';
import { overrideLines } from './override-stand.ts';
import { describeOperation, operationLines, proofText } from './payouts-operation.ts';
import { reasonLines, safetyLines } from './payouts-safety.ts';
import { payoutMarkup, type PayoutMedium } from './payouts-words.ts';
import { linkText } from './review.ts';

const ID_LIMIT = 200;
const MOST_ATTEMPTS = 20;

/** Where Details were opened, and what is said first. */
export interface DetailPlace {
  channelId: string | null;
  /** To the payout's message. */
  link: string | null;
  /** To the newest request to do it by hand. */
  overrideLink?: string | null;
  notice?: readonly string[];
}

/** One payout, whole, for the person who asked: its account, every attempt with its reference, all that was done. */
export function renderPayoutDetail(
  model: PayoutDetail,
  texts: Texts,
  { channelId, link, overrideLink = null, notice = [] }: DetailPlace,
): ModalView {
  const medium = detailMedium(texts, model.timeZone);
  const { payout } = model;
  const safety = safetyLines(model, medium);
  const reasons = reasonLines(model, medium);
  const escalation = escalationLines(model, medium);
  const byHand = overrideLines(model.override, overrideLink, medium);
  const blocks: KnownBlock[] = [
    ...(notice.length > 0 ? [section(notice), divider()] : []),
    section(headLines(model, medium)),
    fields(payoutFacts(model, medium)),
    section([
      medium.strong(texts.t('payouts.attempts.title')),
      ...attemptLines(model, medium, { most: MOST_ATTEMPTS, references: true }),
    ]),
    ...(safety.length > 0 ? [section(safety)] : []),
    ...(reasons.length > 1 ? [section([medium.strong(texts.t('payouts.detail.reasons')), ...reasons])] : []),
    ...(escalation.length > 0 ? [section(escalation)] : []),
    ...(byHand.length > 0 ? [section(byHand)] : []),
    ...payoutActions(model, texts, { details: false }),
    divider(),
    section([medium.strong(texts.t('payouts.detail.history')), ...historyLines(model, medium)]),
    context([
      joined([
        texts.t('payouts.detail.id', { id: medium.id(payout.id, 40) }),
        texts.t('payouts.detail.requested', { at: medium.at(payout.requestedAt) }),
        texts.t('payouts.looked', { at: medium.at(payout.lookedAt) }),
        linkText(link, texts.t('payouts.detail.message')),
      ]),
    ]),
  ];
  return modal(texts, {
    title: texts.t('payouts.detail.title'),
    blocks,
    metadata: { channelId, payoutId: payout.id },
  });
}

/** Account ids are whole here, and in no message. */
function detailMedium(texts: Texts, timeZone: string): PayoutMedium {
  return { ...payoutMarkup(texts, timeZone), account: (id) => foreignCode(id, ID_LIMIT, 'id') };
}

/** What stands now first, with the payout's way; then everything before, with what each retry was sent on. */
function historyLines(model: PayoutDetail, medium: Medium): string[] {
  const { standing, history } = model;
  const current = new Set([standing.open?.id, standing.last?.id]);
  const proofs = [standing.open, standing.last].flatMap((operation) => operation?.proof ?? []);
  const lines = [
    ...operationLines(model, medium),
    ...proofs.map((proof) => proofText(proof, medium)),
    ...history
      .filter((operation) => operation !== null && !current.has(operation.id))
      .flatMap((operation) => [
        ...describeOperation(operation!, medium),
        ...(operation!.proof === null ? [] : [proofText(operation!.proof, medium)]),
      ]),
  ];
  return lines.length > 0 ? lines : [medium.texts.t('payouts.detail.no_history')];
}
