import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { AcceptanceModel } from '../src/findings/load-acceptance.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { actions, button } from './controls.ts';
import { describeEvidence } from './evidence.ts';
import { capitalised, describeClass, nameOfRule } from './findings.ts';
import { context, fields, header, joined, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import { describeReason, lastMoment } from './standing.ts';

const ID_LIMIT = 64;
const NAME_LIMIT = 40;
const NOTE_LIMIT = 1_000;

const SYMBOLS: Readonly<Record<AcceptanceModel['acceptance']['state'], string>> = {
  proposed: '🗳️',
  approved: '☑️',
  rejected: '✋',
  withdrawn: '↩️',
  overtaken: '⏹️',
};

/** The request that somebody accept a HIGH, and then what became of it; its buttons go with the decision. */
export function renderAcceptance(
  model: AcceptanceModel,
  { locale, previousPermalink }: RenderContext,
): MessageContent {
  const texts = makeTexts(locale);
  const markup = markupMedium(texts, model.timeZone);
  const words = wordsMedium(texts, model.timeZone);
  const { acceptance } = model;
  const headline = `${SYMBOLS[acceptance.state]} ${texts.t(`findings.acceptance.${acceptance.state}`)}`;
  const print = [
    texts.t('findings.acceptance.bound'),
    ...(previousPermalink === null ? [] : linkTo(previousPermalink, texts)),
  ];
  const blocks: KnownBlock[] = [
    header(headline),
    section(whatLines(model, markup)),
    fields(termFields(model, markup)),
    section([noteLine(model, markup)]),
    ...(acceptance.state === 'proposed' ? [buttons(model, texts)] : [context([decisionLine(model, markup)])]),
    context(print),
  ];
  const said = [
    headline,
    ...whatLines(model, words),
    ...termFields(model, words).map((lines) => lines.join(': ')),
    noteLine(model, words),
    ...(acceptance.state === 'proposed' ? [] : [decisionLine(model, words)]),
  ];
  return message(said, blocks);
}

function whatLines({ acceptance, finding }: AcceptanceModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  const named = texts.has(`findings.rule.${acceptance.rule}.name`);
  const head = joined([
    strong(describeClass(acceptance.class, texts)),
    strong(nameOfRule(acceptance.rule, medium)),
    named ? acceptance.rule : '',
  ]);
  return [head, describeEvidence(finding.evidence, medium)];
}

function termFields(model: AcceptanceModel, medium: Medium): string[][] {
  const { acceptance, finding } = model;
  const { texts, strong } = medium;
  const { subject } = finding;
  const id = subject.kind === 'account' ? medium.account(subject.id) : medium.id(subject.id, ID_LIMIT);
  return [
    [strong(texts.t('findings.review.amount')), amountText(model, texts)],
    [strong(texts.t('findings.acceptance.until')), lastMoment(acceptance.until, medium)],
    [strong(capitalised(texts.t(`findings.subject.${subject.kind}`), texts)), id],
    [
      strong(capitalised(texts.t('findings.subject.tenant'), texts)),
      medium.foreign(finding.tenantId, NAME_LIMIT),
    ],
    [
      strong(texts.t('findings.acceptance.proposed_by')),
      joined([describeActor(acceptance.proposedBy, medium), medium.at(acceptance.proposedAt)]),
    ],
    [strong(texts.t('findings.input.reason')), describeReason(acceptance.reason, medium)],
  ];
}

function amountText({ acceptance, reportingCurrency }: AcceptanceModel, texts: Texts): string {
  const { amountMinor, amountReportingMinor, currency } = acceptance;
  if (amountMinor === null || currency === null) return texts.t('findings.review.no_amount');
  const own = texts.money({ minor: amountMinor, currency });
  if (currency === reportingCurrency || amountReportingMinor === null) return own;
  return `${own} (${texts.money({ minor: amountReportingMinor, currency: reportingCurrency })})`;
}

function noteLine({ acceptance }: AcceptanceModel, medium: Medium): string {
  return `${medium.strong(medium.texts.t('findings.input.note'))}: ${medium.foreign(acceptance.note, NOTE_LIMIT)}`;
}

function decisionLine({ acceptance }: AcceptanceModel, medium: Medium): string {
  const { state, decidedBy, decidedAt } = acceptance;
  const by = describeActor(decidedBy ?? acceptance.proposedBy, medium);
  const at = medium.at(decidedAt ?? acceptance.proposedAt);
  return `${SYMBOLS[state]} ${medium.texts.t(`findings.acceptance.was_${state}` as 'findings.acceptance.was_approved', { by, at })}`;
}

/** Two decisions and, beside them, the finding itself. */
function buttons({ acceptance, finding }: AcceptanceModel, texts: Texts): KnownBlock {
  const no = texts.t('findings.acceptance.confirm_no');
  return actions([
    button('findings', 'approve', acceptance.id, texts.t('findings.acceptance.approve'), {
      style: 'primary',
      confirm: {
        title: texts.t('findings.acceptance.approve_title'),
        text: texts.t('findings.acceptance.approve_text'),
        yes: texts.t('findings.acceptance.approve'),
        no,
      },
    }),
    button('findings', 'reject', acceptance.id, texts.t('findings.acceptance.reject'), {
      style: 'danger',
      confirm: {
        title: texts.t('findings.acceptance.reject_title'),
        text: texts.t('findings.acceptance.reject_text'),
        yes: texts.t('findings.acceptance.reject'),
        no,
      },
    }),
    button('findings', 'review', finding.id, texts.t('findings.review.button')),
  ]);
}
