import { makeTexts, type Locale, type Texts } from '../texts.ts';
import { makeReportWords, type ReportWords } from './report-words.ts';
import { correctionLines, promiseLines, trendTable } from './report-pages.ts';
import type { ReportFigures } from './report-types.ts';

/** Where the figures come from: hashes of policy and definitions; null: computed now, and not stored. */
export type ReportOrigin = { policyHash: string; definitionsHash: string } | null;

const HASH_LENGTH = 12;

/**
 * The weekly report as a Markdown page in one language; people are named by their Slack ids, which a page can't draw.
 * Pure: the same figures always give the same bytes.
 */
export function renderReportMarkdown(figures: ReportFigures, locale: Locale, origin: ReportOrigin): string {
  const texts = makeTexts(locale);
  const words = makeReportWords(texts, figures);
  const parts = [
    `# ${words.cell(texts.t('slo.report.title', { week: figures.week }))}`,
    aboutLines(figures, texts, words, origin),
    heading(words, 'actions'),
    ...actionParts(figures, texts, words),
    overview(figures, texts, words),
    ...figures.promises.flatMap((promise) => promiseLines(promise, words)),
    ...(figures.promises.length === 0
      ? [words.cell(texts.t('slo.report.no_promises'))]
      : [heading(words, 'trend'), trendTable(figures, words)]),
    heading(words, 'burns'),
    listed(burnLines(figures, texts, words), texts.t('slo.report.burns_none'), words),
    heading(words, 'breaches'),
    listed(breachLines(figures, texts, words), texts.t('slo.report.breaches_none'), words),
    heading(words, 'corrections'),
    listed(correctionLines(figures, words), texts.t('slo.report.corrections_none'), words),
    heading(words, 'gaps'),
    listed(gapLines(figures, texts, words), texts.t('slo.report.gaps_none'), words),
    words.cell(webhookLine(figures, texts)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function heading(
  words: ReportWords,
  name: 'actions' | 'trend' | 'burns' | 'breaches' | 'corrections' | 'gaps',
) {
  return `## ${words.cell(words.texts.t(`slo.report.${name}`))}`;
}

function listed(lines: readonly string[], none: string, words: ReportWords): string {
  return lines.length === 0 ? words.cell(none) : lines.map((line) => `- ${words.cell(line)}`).join('\n');
}

function aboutLines(
  { from, to, hours, dueAt, madeAt, isLate }: ReportFigures,
  { t }: Texts,
  words: ReportWords,
  origin: ReportOrigin,
): string {
  const at = words.at(madeAt);
  const lines = [
    t('slo.report.period', { from: words.at(from), to: words.at(to), hours }),
    isLate && dueAt !== null
      ? t('slo.report.late', { due: words.at(dueAt), at })
      : t('slo.report.made', { at }),
    origin === null
      ? t('slo.report.not_stored')
      : t('slo.report.stored', {
          policy: origin.policyHash.slice(0, HASH_LENGTH),
          definitions: origin.definitionsHash.slice(0, HASH_LENGTH),
        }),
  ];
  return lines.map((line) => `- ${words.cell(line)}`).join('\n');
}

function actionParts({ actions }: ReportFigures, texts: Texts, words: ReportWords): string[] {
  const { figures, open, more } = actions;
  const { t } = texts;
  const column = (name: 'action' | 'what' | 'owner' | 'due') => t(`slo.report.column.${name}`);
  const rows = open.map((action) => [
    action.name,
    words.foreign(action.what),
    ownerOf(action, texts),
    action.dueOn === null ? `⚠️ ${t('actions.no_due')}` : texts.day(action.dueOn),
  ]);
  const { inTime, judged, gaps } = figures;
  return [
    judged > 0
      ? words.cell(t('slo.report.in_time', { inTime, judged, share: texts.percent(inTime / judged) }))
      : '',
    gaps > 0 ? words.cell(`⚠️ ${t('slo.report.action_gaps', { count: gaps })}`) : '',
    rows.length === 0
      ? words.cell(t('slo.report.actions_none'))
      : words.table([column('action'), column('what'), column('owner'), column('due')], rows),
    more > 0 ? words.cell(t('slo.report.more_actions', { count: more })) : '',
  ];
}

function ownerOf({ ownerId, ownerLeft }: ReportFigures['actions']['open'][number], { t }: Texts): string {
  if (ownerId === null) return `⚠️ ${t('actions.no_owner')}`;
  return ownerLeft ? `⚠️ ${t('actions.owner_left', { person: ownerId })}` : ownerId;
}

/** All promises in one table, a row each. */
function overview({ promises }: ReportFigures, texts: Texts, words: ReportWords): string {
  if (promises.length === 0) return '';
  const names = [
    'promise',
    'state',
    'week',
    'before',
    'change',
    'window',
    'target',
    'left',
    'spent',
  ] as const;
  const rows = promises.map((promise) => [
    words.title(promise.slo),
    `${words.symbol(promise.health)} ${texts.t(`slo.report.health.${promise.health}`)}`,
    words.share(promise.value),
    words.share(promise.lastValue),
    words.points(promise.change),
    words.share(promise.windowValue),
    texts.t('slo.report.target', {
      target: words.share(promise.slo.target),
      days: promise.slo.windowDays,
    }),
    promise.budgetLeft === null ? '–' : texts.percent(promise.budgetLeft),
    promise.spent === null ? '–' : texts.percent(promise.spent),
  ]);
  return words.table(
    names.map((name) => texts.t(`slo.report.column.${name}`)),
    rows,
  );
}

function burnLines({ episodes }: ReportFigures, { t }: Texts, words: ReportWords): string[] {
  return episodes.map(({ slo, openedAt, recoveredAt, peakBurn, bad, acknowledgedBy }) => {
    const facts = {
      name: words.nameOf(slo),
      from: words.at(openedAt),
      rate: peakBurn,
      bad: words.events(bad),
    };
    const line =
      recoveredAt === null
        ? t('slo.report.burning', facts)
        : t('slo.report.burned', { ...facts, to: words.at(recoveredAt) });
    const had =
      acknowledgedBy === null
        ? t('slo.report.nobody')
        : t('slo.report.had', { person: words.foreign(acknowledgedBy) });
    return `${line}; ${had}`;
  });
}

function breachLines({ breaches }: ReportFigures, { t }: Texts, words: ReportWords): string[] {
  return breaches.map(({ slo, beganAt, endedAt }) => {
    const facts = { name: words.nameOf(slo), from: words.at(beganAt) };
    return endedAt === null
      ? t('slo.report.broken_still', facts)
      : t('slo.report.broken', { ...facts, to: words.at(endedAt) });
  });
}

/** Of every promise how many minutes, and the longest stretches of them. */
function gapLines({ promises }: ReportFigures, { t }: Texts, words: ReportWords): string[] {
  return promises
    .filter(({ gapMinutes }) => gapMinutes > 0)
    .flatMap(({ slo, gapMinutes, gaps }) => [
      `${words.title(slo)}: ${t('slo.report.no_data', { minutes: gapMinutes })}`,
      ...gaps.map(({ from, to }) =>
        t('slo.report.gap', { name: words.title(slo), from: words.at(from), to: words.at(to) }),
      ),
    ]);
}

function webhookLine({ webhooks }: ReportFigures, texts: Texts): string {
  if (webhooks === null) return texts.t('slo.report.webhooks_unknown');
  const { refused, all, share } = webhooks;
  return texts.t('slo.report.webhooks', {
    refused: texts.count(refused),
    all: texts.count(all),
    share: texts.percent(share),
  });
}
