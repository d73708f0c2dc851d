import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { MessageContent } from '../src/ports.ts';
import type { DigestFinding, DigestModel, RunTotals } from '../src/reconciliation/types.ts';
import { makeTexts } from '../src/texts.ts';
import { actions, button } from './controls.ts';
import { describeClass, findingLines, nameOfRule, type FindingContext } from './findings.ts';
import { escape } from './foreign.ts';
import { describeHeadline, openCount } from './headline.ts';
import { context, divider, fields, header, joined, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import { findingElement } from './payout-lines.ts';
import { progressLine } from './progress.ts';
import { CLASSES_BY_RISK, riskLines } from './risk.ts';
import { volumeLines } from './volume.ts';

export type Permalink = RenderContext['permalink'];

const ERROR_LIMIT = 300;
/** The worst that are shown; a digest is read on a telephone. */
export const WORST_LIMIT = 8;
/** The head with its signature has some 250 characters and is copied whole. */
const HEAD_LIMIT = 1_000;

/**
 * The digest of one run: does the money agree, what does not, how bad it is and what to do, and what was not looked at.
 * Pure; ages are taken at the moment of observation. Valid for Slack whatever the model holds.
 */
export function renderDigest(model: DigestModel, renderContext: RenderContext): MessageContent {
  const { locale, previousPermalink } = renderContext;
  const permalink: Permalink = (place) => renderContext.permalink(place);
  const texts = makeTexts(locale);
  const markup = markupMedium(texts, model.timeZone);
  const { totals } = model;
  const headline = describeHeadline(model, texts);
  const blocks: KnownBlock[] = [header(headline), context([joined(occasion(model, markup))])];
  const state = stateLines(model, markup);
  if (state.length > 0) blocks.push(section(state));
  if (totals !== null) {
    blocks.push(fields([...classFields(model, totals, markup), changeLines(totals, markup)]));
    blocks.push(...worstBlocks(model, totals, markup, permalink));
    if (totals.opening.count > 0) blocks.push(section(openingLines(model, totals, markup)));
    blocks.push(divider(), section(volumeLines(totals, markup)));
    blocks.push(context([texts.t('reconciliation.accounts', { ...totals.accounts })]));
  }
  const notRun = notRunLines(model, markup);
  if (notRun.length > 0) blocks.push(section(notRun));
  blocks.push(context(smallPrint(model, markup, previousPermalink)));
  return message([headline, ...digestWords(model, wordsMedium(texts, model.timeZone))], blocks);
}

/** What the message is about: the business day, which run, when it was read. */
export function occasion(model: DigestModel, medium: Medium): string[] {
  const { texts } = medium;
  const { run } = model;
  return [
    texts.t('reconciliation.day', { day: medium.strong(texts.day(run.label)) }),
    texts.t(`reconciliation.scope.${run.kind}`),
    run.trigger === 'manual' ? texts.t('reconciliation.manual') : '',
    run.observedAt === null ? '' : texts.t('reconciliation.read_at', { at: medium.at(run.observedAt) }),
  ];
}

/**
 * What a run that is not complete means; a complete one needs no words. Where rules name their own reasons, those say
 * better why.
 */
export function stateLines({ run, rulesNotRun }: DigestModel, medium: Medium): string[] {
  const lines = run.state === 'complete' ? [] : [medium.texts.t(`reconciliation.${run.state}`)];
  if (run.error !== null && (run.state === 'failed' || rulesNotRun.length === 0)) {
    lines.push(
      medium.texts.t('reconciliation.reason', {
        error: medium.word('reconciliation.problem', run.error, ERROR_LIMIT),
      }),
    );
  }
  return lines;
}

/** A field a class: how many, and what they put at risk. */
export function classFields(model: DigestModel, totals: RunTotals, medium: Medium): string[][] {
  const { texts, strong } = medium;
  return CLASSES_BY_RISK.map((riskClass) => {
    const of = totals.classes[riskClass];
    const title = `${strong(describeClass(riskClass, texts))}  ${strong(texts.count(of.count))}`;
    return of.count === 0 ? [title] : [title, ...riskLines(of, model.reportingCurrency, texts)];
  });
}

/** New and carried over, reopened and resolved, since the last run. */
export function changeLines({ appearances }: RunTotals, { texts, strong }: Medium): string[] {
  const part = (kind: keyof RunTotals['appearances']): string =>
    `${texts.count(appearances[kind])} ${texts.t(`reconciliation.change.${kind}`)}`;
  return [
    strong(texts.t('reconciliation.changes')),
    joined([part('new'), part('carried')]),
    joined([part('reopened'), part('resolved')]),
  ];
}

function about(model: DigestModel, medium: Medium, permalink?: Permalink): FindingContext {
  const observedAt = model.run.observedAt ?? model.run.settledAt ?? model.run.windowTo;
  return { medium, reportingCurrency: model.reportingCurrency, observedAt, permalink };
}

/** A title, a section a finding (so that each can carry its own buttons), and how many more the file holds. */
export function worstBlocks(
  model: DigestModel,
  totals: RunTotals,
  medium: Medium,
  permalink?: Permalink,
): KnownBlock[] {
  const worst = model.worst.slice(0, WORST_LIMIT);
  if (worst.length === 0) return [];
  return [
    divider(),
    section([medium.strong(worstTitle(model, totals, medium)), ...progressLines(model, medium)]),
    ...findingBlocks(worst, model, medium, permalink),
    ...(model.more > 0 ? [context([medium.texts.t('reconciliation.more', { count: model.more })])] : []),
    actions([button('findings', 'show_all', model.run.id, medium.texts.t('findings.list.button'))]),
  ];
}

/**
 * A section a finding, with its way into Review: what is closed can be opened again there. A payout that stands still
 * has its own button.
 */
export function findingBlocks(
  findings: readonly DigestFinding[],
  model: DigestModel,
  medium: Medium,
  permalink?: Permalink,
): KnownBlock[] {
  return findings.map((finding) =>
    section(findingLines(finding, about(model, medium, permalink)), findingElement(finding, medium.texts)),
  );
}

/** Empty while nobody has done anything: nought of fifty-seven is what the title says already. */
function progressLines({ progress }: DigestModel, { texts }: Medium): string[] {
  if (progress === null || progress.closed + progress.accepted + progress.assigned === 0) return [];
  return [progressLine(progress, texts)];
}

function worstTitle(model: DigestModel, totals: RunTotals, { texts }: Medium): string {
  return model.more === 0
    ? texts.t('reconciliation.worst_all', { count: openCount(totals) })
    : texts.t('reconciliation.worst', { count: Math.min(model.worst.length, WORST_LIMIT) });
}

/** What is kept apart, and how much it puts at risk. */
export function openingLines(model: DigestModel, totals: RunTotals, { texts }: Medium): string[] {
  const title = texts.t('reconciliation.opening', { count: totals.opening.count });
  return [`📌 ${title}`, ...riskLines(totals.opening, model.reportingCurrency, texts)];
}

/** Every rule that was not run and why: what was not looked at is never clean. */
export function notRunLines({ rulesNotRun }: DigestModel, medium: Medium): string[] {
  if (rulesNotRun.length === 0) return [];
  const lines = rulesNotRun.map(
    ({ rule, reason }) => `• ${rule} ${nameOfRule(rule, medium)}: ${describeReason(reason, medium)}`,
  );
  return [`⚠️ ${medium.strong(medium.texts.t('reconciliation.not_run_title'))}`, ...lines];
}

/** A reason is a key, or a key and its argument: "view_missing:webhook_events", "no_baseline:12". */
function describeReason(reason: string, medium: Medium): string {
  const [name = '', argument = ''] = reason.split(/:(.*)/s);
  const key = `reconciliation.not_run.${name}`;
  if (!medium.texts.has(key)) return medium.foreign(reason, ERROR_LIMIT);
  const count = Number(argument);
  return medium.texts.t(key, {
    view: medium.foreign(argument, 64),
    count: Number.isSafeInteger(count) ? count : 0,
  });
}

export function smallPrint(model: DigestModel, medium: Medium, previousPermalink: string | null): string[] {
  const { texts } = medium;
  const zone = texts.t('reconciliation.zone', { zone: medium.foreign(model.timeZone, 40) });
  const run = texts.t('reconciliation.run', { id: medium.foreign(model.run.id, 40) });
  const print = [joined([zone, run])];
  if (model.auditHead !== null) {
    const head = `\`${escape(model.auditHead.slice(0, HEAD_LIMIT).replaceAll(/[^!-_a-~]/g, ''))}\``;
    print.push(texts.t('reconciliation.audit_head', { head }));
  }
  if (previousPermalink !== null) print.push(...linkTo(previousPermalink, texts));
  return print;
}

/** The digest in words, most important first, since what does not fit is left out from the end. */
function digestWords(model: DigestModel, words: Medium): string[] {
  const { texts } = words;
  const { totals } = model;
  const lines = [joined(occasion(model, words)), ...stateLines(model, words)];
  if (totals === null) return [...lines, ...notRunLines(model, words)];
  lines.push(...classFields(model, totals, words).map((parts) => joined(parts)));
  lines.push(joined(changeLines(totals, words)), ...notRunLines(model, words));
  lines.push(texts.t('reconciliation.accounts', { ...totals.accounts }));
  if (totals.opening.count > 0) lines.push(joined(openingLines(model, totals, words)));
  if (model.worst.length > 0)
    lines.push(
      `${worstTitle(model, totals, words)}:`,
      ...progressLines(model, words),
      ...findingWords(model, words),
    );
  if (model.more > 0) lines.push(texts.t('reconciliation.more', { count: model.more }));
  return [...lines, ...volumeLines(totals, words)];
}

export function findingWords(model: DigestModel, words: Medium): string[] {
  return model.worst
    .slice(0, WORST_LIMIT)
    .map((finding) => joined(findingLines(finding, about(model, words))));
}
