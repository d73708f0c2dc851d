import type { Health, Standing } from '../src/slo/models.ts';
import type { Locale } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { escape, foreignWords } from './foreign.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';

const MINUTE_MS = 60_000;
const NAME_LIMIT = 48;
const ERROR_LIMIT = 120;
const BAR = 10;
/** Decimals of a percentage, at most. */
const MOST_DIGITS = 8;
const SPARKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const GAP = '·';

/** Shapes as well as colours; the word stands beside them. */
const SYMBOLS: Readonly<Record<Health, string>> = { met: '✅', at_risk: '🟠', broken: '❌', no_data: '⚪' };

function symbolOfHealth(health: Health): string {
  return SYMBOLS[health];
}

/**
 * A share with more digits than its target has; cut, never rounded up: 99.8996 % of 99.9 % must not look like 99.9 %.
 */
export function shareOf(share: number, target: number, locale: Locale): string {
  const digits = Math.min(MOST_DIGITS, Math.max(target > 0.995 ? 3 : 2, decimalsOf(target) + 1));
  const format = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    roundingMode: 'floor',
  } as Intl.NumberFormatOptions);
  // 0.999 is a hair less than itself in binary.
  return format.format(share + 1e-12);
}

/** A target, with the digits that it has. */
function targetOf(target: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: MOST_DIGITS }).format(
    target,
  );
}

/** Of the percentage: 1 for 99.9 %. */
function decimalsOf(target: number): number {
  // 0.999 times 100 is a hair more than 99.9.
  return String(Number((target * 100).toPrecision(12))).split('.')[1]?.length ?? 0;
}

/** What a promise is called. Its files are the team's own, reviewed like code: no code span around it. */
function titleOf({ title }: Pick<Standing['slo'], 'title'>, locale: Locale): string {
  return escape(foreignWords(title[locale], NAME_LIMIT)).replace(/[*_~`]/g, '');
}

/** "✅ API availability: 99.953 % of 99.9 % · met" */
export function headLine({ slo, health, value, noData, days }: Standing, medium: Medium): string {
  const { texts, strong } = medium;
  const { locale } = texts;
  const name = strong(titleOf(slo, locale));
  const word = strong(texts.t(`slo.health.${health}`));
  const figures =
    value === null
      ? texts.t('slo.answer.target_only', { target: targetOf(slo.target, locale) })
      : texts.t(noData === null ? 'slo.answer.value' : 'slo.answer.last_known', {
          value: shareOf(value, slo.target, locale),
          target: targetOf(slo.target, locale),
          days,
        });
  return `${symbolOfHealth(health)} ${name} · ${word}\n${figures}`;
}

/** What is left, how fast it goes, and how old all of it is. */
export function standingLines(standing: Standing, medium: Medium, now: Date): string[] {
  return [
    headLine(standing, medium),
    noDataLine(standing, medium),
    episodeLine(standing, medium),
    budgetLine(standing, medium),
    burnLine(standing, medium),
    ageLine(standing, medium, now),
  ].filter((line) => line !== '');
}

function noDataLine({ noData, silentSince, sourceError }: Standing, medium: Medium): string {
  const { texts } = medium;
  if (noData === null) return '';
  if (noData !== 'source_silent') return texts.t(`slo.no_data.${noData}`);
  const since = silentSince === null ? '' : texts.t('slo.no_data.since', { at: medium.at(silentSince) });
  const said = sourceError === '' ? '' : medium.foreign(sourceError, ERROR_LIMIT);
  return joined([texts.t('slo.no_data.source_silent'), since, said]);
}

/** Why it is at risk though much is left. */
function episodeLine({ episode }: Standing, medium: Medium): string {
  if (episode === null || episode.state !== 'burning') return '';
  const { texts, at } = medium;
  const by = episode.acknowledgedBy;
  return joined([
    `🔥 ${texts.t('slo.answer.burning', { at: at(episode.openedAt) })}`,
    by === null
      ? texts.t('slo.answer.nobody')
      : texts.t('slo.answer.answered', { person: mentionUser(by, medium) }),
  ]);
}

function budgetLine({ budgetLeft, minutesLeft, eventsLeft, slo }: Standing, { texts }: Medium): string {
  if (budgetLeft === null || eventsLeft === null) return '';
  const share = texts.percent(Math.abs(budgetLeft));
  const events = texts.t(`slo.answer.events.${slo.unit}`, { count: Math.floor(Math.abs(eventsLeft)) });
  if (budgetLeft < 0) {
    const over = joined([
      texts.t('slo.answer.overspent', { share }),
      texts.t('slo.answer.too_many', { events }),
    ]);
    return `${barOf(budgetLeft)} ${over}`;
  }
  const left = texts.t('slo.answer.left', { share });
  const minutes =
    minutesLeft === null
      ? ''
      : texts.t('slo.answer.outage', { span: texts.duration(minutesLeft * MINUTE_MS) });
  return `${barOf(budgetLeft)} ${joined([left, minutes, events])}`;
}

/** Ten parts: what is left is filled. */
function barOf(left: number): string {
  const filled = Math.max(0, Math.min(BAR, Math.round(left * BAR)));
  return '▓'.repeat(filled) + '░'.repeat(BAR - filled);
}

function burnLine(standing: Standing, medium: Medium): string {
  const { burn } = standing;
  const { texts } = medium;
  const rates = (['hour', 'quarter', 'days'] as const).map((window) => {
    const rate = burn[window];
    const shown = rate === null ? '–' : `${texts.count(Math.round(rate * 10) / 10)}×`;
    return `${texts.t(`slo.window.${window}`)} ${shown}`;
  });
  return joined([texts.t('slo.answer.burn', { rates: rates.join(', ') }), endPart(standing, medium)]);
}

/** When the budget is gone; nothing where nobody can say, nor of a window that nothing is promised over. */
function endPart(standing: Standing, { texts, at }: Medium): string {
  const { exhaustedAt, noData, budgetLeft, days, slo } = standing;
  if (exhaustedAt !== null) return texts.t('slo.answer.exhausted', { at: at(exhaustedAt) });
  const isSafe = noData === null && days === slo.windowDays && budgetLeft !== null && budgetLeft > 0;
  return isSafe ? texts.t('slo.answer.not_exhausted') : '';
}

function ageLine({ dataUntil }: Standing, medium: Medium, now: Date): string {
  if (dataUntil === null) return '';
  const age = medium.texts.duration(Math.max(0, now.getTime() - dataUntil.getTime()));
  return medium.texts.t('slo.answer.age', { at: medium.at(dataUntil), age });
}

/** Everything that one promise has beyond its lines: who, what is left out, what is shown beside the share. */
export function furtherLines(standing: Standing, medium: Medium): string[] {
  const { texts } = medium;
  const { contributors, leftOut, shown, sums, slo } = standing;
  const lines = [
    texts.t(`slo.answer.counted.${slo.unit}`, { good: Math.round(sums.good), valid: Math.round(sums.valid) }),
  ];
  if (shown !== null) lines.push(texts.t('slo.answer.p95', { ms: Math.round(shown * 1_000) }));
  if (contributors.length > 0) {
    const list = contributors.map(
      ({ name, share }) => `${medium.foreign(name, NAME_LIMIT)} ${texts.percent(share)}`,
    );
    lines.push(texts.t('slo.answer.contributors', { list: list.join(', ') }));
  }
  for (const { number, fromAt, toAt, cause } of leftOut.slice(0, MOST_LEFT_OUT)) {
    const name = `LO-${number}`;
    const why = texts.t(`slo.cause.${cause}`);
    lines.push(texts.t('slo.answer.left_out', { name, from: medium.at(fromAt), to: medium.at(toAt), why }));
  }
  if (leftOut.length > MOST_LEFT_OUT)
    lines.push(texts.t('slo.answer.left_out_more', { count: leftOut.length - MOST_LEFT_OUT }));
  return lines;
}

const MOST_LEFT_OUT = 3;

/** The trend as a line of bars: the worst part low, the best high; a part without data is a dot. */
export function sparkOf({ trend, slo }: Pick<Standing, 'trend' | 'slo'>): string {
  const known = trend.flatMap(({ value }) => (value === null ? [] : [value]));
  const low = Math.min(slo.target, ...known);
  const span = 1 - low;
  return trend
    .map(({ value }) => {
      if (value === null) return GAP;
      const height = span <= 0 ? 1 : (value - low) / span;
      return SPARKS[Math.min(SPARKS.length - 1, Math.max(0, Math.floor(height * SPARKS.length)))] ?? GAP;
    })
    .join('');
}
