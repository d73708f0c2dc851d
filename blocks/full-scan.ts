import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { MessageContent } from '../src/ports.ts';
import type { FullScanModel, RunTotals } from '../src/reconciliation/types.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { decideVerdict, worstSymbol } from './headline.ts';
import { context, fields, header, joined, message, section } from './kit.ts';
import { markupMedium, wordsMedium, type Medium } from './medium.ts';
import { barOf } from './progress.ts';
import {
  changeLines,
  classFields,
  findingWords,
  notRunLines,
  occasion,
  openingLines,
  smallPrint,
  stateLines,
  worstBlocks,
} from './reconciliation.ts';
import { describeClassCounts, totalAtRisk } from './risk.ts';

/**
 * The card of a full scan: every wallet against its ledger. While it runs, how far it is; then what it found, how long
 * it took and how much of all accounts could be compared. Pure, and valid for Slack whatever the model holds.
 */
export function renderFullScan(
  model: FullScanModel,
  { locale, previousPermalink }: RenderContext,
): MessageContent {
  const texts = makeTexts(locale);
  const markup = markupMedium(texts, model.timeZone);
  const words = wordsMedium(texts, model.timeZone);
  const { totals } = model;
  const headline = describeFullScan(model, texts);
  const blocks: KnownBlock[] = [header(headline), context([joined(occasion(model, markup))])];
  const state = [...scanLines(model, markup), ...notRunLines(model, markup)];
  if (state.length > 0) blocks.push(section(state));
  if (totals !== null) {
    blocks.push(fields([...classFields(model, totals, markup), changeLines(totals, markup)]));
    blocks.push(...worstBlocks(model, totals, markup));
    if (totals.opening.count > 0) blocks.push(section(openingLines(model, totals, markup)));
    blocks.push(context([texts.t('reconciliation.accounts', { ...totals.accounts })]));
  }
  blocks.push(context(smallPrint(model, markup, previousPermalink)));
  return message([headline, ...fullScanWords(model, words)], blocks);
}

function fullScanWords(model: FullScanModel, words: Medium): string[] {
  const { totals } = model;
  const lines = [joined(occasion(model, words)), ...scanLines(model, words), ...notRunLines(model, words)];
  if (totals === null) return lines;
  return [
    ...lines,
    ...classFields(model, totals, words).map((parts) => joined(parts)),
    joined(changeLines(totals, words)),
    words.texts.t('reconciliation.accounts', { ...totals.accounts }),
    ...(totals.opening.count > 0 ? [joined(openingLines(model, totals, words))] : []),
    ...findingWords(model, words),
  ];
}

/** The card's one line, with its symbol; `agrees` needs every account compared. */
function describeFullScan(model: FullScanModel, texts: Texts): string {
  const verdict = decideVerdict(model);
  const { totals, scan, reportingCurrency } = model;
  const classes = totals === null ? '' : describeClassCounts(totals, texts);
  switch (verdict) {
    case 'agrees':
      return `✅ ${texts.t('reconciliation.full.headline.agrees')}`;
    case 'agrees_but_opening':
      return `☑️ ${texts.t('reconciliation.full.headline.agrees_but_opening')}`;
    case 'nothing_found':
      return `❔ ${texts.t('reconciliation.full.headline.nothing_found')}`;
    case 'breaks': {
      const atRisk = totals === null ? 0n : totalAtRisk(totals);
      const amount = texts.money({ minor: atRisk, currency: reportingCurrency });
      const key = atRisk > 0n ? 'breaks_at_risk' : 'breaks';
      return `${worstSymbol(totals)} ${texts.t(`reconciliation.full.headline.${key}`, { classes, amount })}`;
    }
    case 'partial':
      return `⚠️ ${joined([texts.t('reconciliation.full.headline.partial'), classes])}`;
    case 'failed':
      return `⛔ ${texts.t('reconciliation.full.headline.failed')}`;
    case 'scanning':
      return scan.waits
        ? `⏸️ ${texts.t('reconciliation.full.headline.waits')}`
        : `⏳ ${texts.t('reconciliation.full.headline.scanning')}`;
    case 'confirming':
      return `⏳ ${texts.t('reconciliation.full.headline.confirming')}`;
  }
}

/** How far it is or was, what happens next, how long it took, how much of it could be compared. */
function scanLines(model: FullScanModel, medium: Medium): string[] {
  const { scan, run, totals } = model;
  const { texts } = medium;
  const isOver = run.settledAt !== null;
  const span = scan.tookMs === null ? '' : texts.duration(scan.tookMs);
  const took = span === '' ? '' : texts.t(`reconciliation.full.${isOver ? 'took' : 'so_far'}`, { span });
  if (isOver && totals !== null) {
    const state = stateLines(model, medium);
    return [...state, joined([coverageText(totals, texts), took])];
  }
  const progress = joined([
    progressText(scan, texts),
    scan.suspects > 0 ? texts.t('reconciliation.full.suspects', { count: scan.suspects }) : '',
    took,
  ]);
  if (isOver) return [...stateLines(model, medium), progress];
  const next = scan.waits ? 'waits' : run.state === 'confirming' ? 'confirming' : 'scanning';
  return [progress, texts.t(`reconciliation.full.${next}`)];
}

/** "▰▰▰▱▱▱▱▱▱▱ 15,000 of about 50,000 accounts" */
export function progressText(
  { scanned, expected }: Pick<FullScanModel['scan'], 'scanned' | 'expected'>,
  texts: Texts,
): string {
  if (expected === null) return texts.t('reconciliation.full.not_begun');
  // Accounts without a wallet count as well: there may be more in the end than there were wallets.
  const of = Math.max(expected, scanned);
  return `${barOf(of === 0 ? 1 : scanned / of)} ${texts.t('reconciliation.full.progress', { scanned, expected: of })}`;
}

/** What was compared, of all accounts; never "100 %" while one is missing. */
function coverageText({ accounts }: RunTotals, texts: Texts): string {
  const { scanned, clean, drifted } = accounts;
  const compared = clean + drifted;
  const share = scanned === 0 ? 0 : compared / scanned;
  const shown = compared === scanned ? share : Math.min(share, 0.999);
  return texts.t('reconciliation.full.coverage', { compared, scanned, percent: texts.percent(shown) });
}
