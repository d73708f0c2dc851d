import type { Health } from '../src/slo/models.ts';
import type { PromiseFigures, ReportFigures } from '../src/slo/report-types.ts';
import type { Texts } from '../src/texts.ts';
import { describeActor, mentionUser } from './actor.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';

const NAME_LIMIT = 60;
const SLO_NAME_LIMIT = 40;
/** More people than these approve nothing. */
const MOST_PEOPLE = 5;
/** Over this share of wrong signatures it is Sev-2. Domain section 2. */
const MOST_WRONG_SIGNATURES = 0.01;
const SYMBOLS: Readonly<Record<Health, string>> = {
  met: '✅',
  at_risk: '⚠️',
  broken: '❌',
  no_data: '⚪',
};

/** One promise: how it stands, this week against the last, what it cost, the worst hour, what nobody knows. */
export function promiseLines(promise: PromiseFigures, medium: Medium): string[] {
  const { texts, strong } = medium;
  const { slo, health } = promise;
  const title = medium.foreign(slo.title[texts.locale], NAME_LIMIT);
  const target = texts.t('slo.report.target', {
    target: shareText(slo.target, texts),
    days: slo.windowDays,
  });
  return [
    `${SYMBOLS[health]} ${joined([title, strong(texts.t(`slo.report.health.${health}`)), target])}`,
    joined([...weekParts(promise, texts), ...budgetParts(promise, texts)]),
    joined([countPart(promise, texts), worstPart(promise, medium), latePart(promise, texts)]),
    causeLine(promise, medium),
    unknownLine(promise, medium),
  ].filter((line) => line !== '');
}

function weekParts({ value, lastValue, change }: PromiseFigures, texts: Texts): string[] {
  const { t } = texts;
  const now = t('slo.report.value', { value: shareText(value, texts) });
  if (lastValue === null) return [now, t('slo.report.before_none')];
  const difference = change === null ? '–' : t('slo.report.points', { points: change * 100 });
  return [now, t('slo.report.before', { value: shareText(lastValue, texts), change: difference })];
}

function budgetParts({ slo, windowValue, budgetLeft, spent }: PromiseFigures, texts: Texts): string[] {
  const { t } = texts;
  const window = t('slo.report.window', { days: slo.windowDays, value: shareText(windowValue, texts) });
  if (budgetLeft === null) return [window, t('slo.report.left_unknown')];
  const left =
    budgetLeft < 0
      ? t('slo.report.over', { share: texts.percent(-budgetLeft) })
      : t('slo.report.left', { share: texts.percent(budgetLeft) });
  return [window, left, spent === null ? '' : t('slo.report.spent', { share: texts.percent(spent) })];
}

function countPart({ slo, bad, valid }: PromiseFigures, texts: Texts): string {
  if (valid <= 0) return '';
  return texts.t(`slo.report.bad.${slo.unit}`, {
    bad: eventsText(bad, texts),
    valid: texts.count(Math.round(valid)),
  });
}

function worstPart({ worstHour }: PromiseFigures, medium: Medium): string {
  if (worstHour === null) return '';
  const { texts } = medium;
  return texts.t('slo.report.worst', {
    at: medium.at(new Date(worstHour.from)),
    bad: eventsText(worstHour.bad, texts),
    valid: texts.count(Math.round(worstHour.valid)),
    value: shareText(worstHour.value, texts),
  });
}

function latePart({ late }: PromiseFigures, texts: Texts): string {
  return late === null ? '' : texts.t('slo.report.late_payouts', { count: Math.round(late) });
}

function causeLine({ contributors }: PromiseFigures, medium: Medium): string {
  if (contributors.length === 0) return '';
  const { texts } = medium;
  const list = contributors.map(({ name, share }) =>
    texts.t('slo.report.cause_share', {
      name: medium.foreign(name, NAME_LIMIT),
      share: texts.percent(share),
    }),
  );
  return texts.t('slo.report.caused', { list: list.join(', ') });
}

/** What is not known, what does not count, what may still change. */
function unknownLine(promise: PromiseFigures, medium: Medium): string {
  const { gapMinutes, leftOutMinutes, silentSince, undecidedFrom } = promise;
  const { t } = medium.texts;
  const parts = [
    gapMinutes > 0 ? medium.strong(t('slo.report.no_data', { minutes: gapMinutes })) : '',
    silentSince === null ? '' : t('slo.report.silent', { at: medium.at(new Date(silentSince)) }),
    leftOutMinutes > 0 ? t('slo.report.left_out', { minutes: leftOutMinutes }) : '',
    undecidedFrom === null ? '' : t('slo.report.undecided', { at: medium.at(new Date(undecidedFrom)) }),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `⚪ ${joined(parts)}`;
}

/** Which budgets burned, and who had them. */
export function burnLines(figures: ReportFigures, medium: Medium): string[] {
  const { texts } = medium;
  const lines = figures.episodes.map(({ slo, openedAt, recoveredAt, peakBurn, bad, acknowledgedBy }) => {
    const facts = {
      name: nameOf(slo, figures, medium),
      from: medium.at(new Date(openedAt)),
      rate: peakBurn,
      bad: eventsText(bad, texts),
    };
    const line =
      recoveredAt === null
        ? texts.t('slo.report.burning', facts)
        : texts.t('slo.report.burned', { ...facts, to: medium.at(new Date(recoveredAt)) });
    const had =
      acknowledgedBy === null
        ? texts.t('slo.report.nobody')
        : texts.t('slo.report.had', { person: personOf(acknowledgedBy, medium) });
    return `🔥 ${line}; ${had}`;
  });
  return lines.length === 0 ? [texts.t('slo.report.burns_none')] : lines;
}

/** Which promises were broken, and for how long. */
export function breachLines(figures: ReportFigures, medium: Medium): string[] {
  const { texts } = medium;
  const lines = figures.breaches.map(({ slo, beganAt, endedAt }) => {
    const facts = { name: nameOf(slo, figures, medium), from: medium.at(new Date(beganAt)) };
    return endedAt === null
      ? `❌ ${texts.t('slo.report.broken_still', facts)}`
      : `❌ ${texts.t('slo.report.broken', { ...facts, to: medium.at(new Date(endedAt)) })}`;
  });
  return lines.length === 0 ? [texts.t('slo.report.breaches_none')] : lines;
}

/** What is left out or counted again, each with who approved it. */
export function correctionLines(
  figures: ReportFigures,
  medium: Medium,
  corrections: ReportFigures['corrections'] = figures.corrections,
): string[] {
  const { texts } = medium;
  const lines = corrections.map((correction) => {
    const facts = {
      window: medium.strong(`LO-${correction.number}`),
      name: nameOf(correction.slo, figures, medium),
      from: medium.at(new Date(correction.fromAt)),
      to: medium.at(new Date(correction.toAt)),
      cause: texts.t(`slo.report.cause.${correction.cause}`),
    };
    const { backAt, backApprovedBy, approvedBy, decidedAt, createdBy } = correction;
    return backAt === null
      ? `✂️ ${texts.t('slo.report.correction', {
          ...facts,
          creator: personOf(createdBy, medium),
          people: peopleOf(approvedBy, medium),
          at: medium.at(new Date(decidedAt)),
        })}`
      : `↩️ ${texts.t('slo.report.put_back', {
          ...facts,
          people: peopleOf(backApprovedBy, medium),
          at: medium.at(new Date(backAt)),
        })}`;
  });
  return lines.length === 0 ? [texts.t('slo.report.corrections_none')] : lines;
}

/** Wrong signatures, apart from the promises. */
export function webhookLine({ webhooks }: ReportFigures, texts: Texts): string {
  if (webhooks === null) return `⚪ ${texts.t('slo.report.webhooks_unknown')}`;
  const said = texts.t('slo.report.webhooks', {
    refused: texts.count(webhooks.refused),
    all: texts.count(webhooks.all),
    share: texts.percent(webhooks.share),
  });
  return webhooks.share > MOST_WRONG_SIGNATURES ? `⚠️ ${said}` : said;
}

/** With as many decimals as tell 99.9 from 99.95; NO DATA where there is none. */
function shareText(share: number | null, { t }: Texts): string {
  return share === null ? t('slo.report.health.no_data') : t('slo.report.share', { share });
}

/** Whole events; a fraction of one is one. */
function eventsText(count: number, texts: Texts): string {
  return texts.count(count > 0 ? Math.max(1, Math.round(count)) : 0);
}

/** A promise's title; one that the report has no part of keeps its name. */
function nameOf(slo: string, { promises }: ReportFigures, medium: Medium): string {
  const known = promises.find((promise) => promise.slo.name === slo);
  return medium.foreign(known?.slo.title[medium.texts.locale] ?? slo, SLO_NAME_LIMIT);
}

function personOf(who: string, medium: Medium): string {
  return who.startsWith('person:') ? describeActor(who, medium) : mentionUser(who, medium);
}

function peopleOf(ids: readonly string[], medium: Medium): string {
  const named = ids.slice(0, MOST_PEOPLE).map((id) => personOf(id, medium));
  return named.join(', ') || '–';
}
