import type { BurnModel } from '../src/slo/load-burn.ts';
import { mentionUser } from './actor.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const NAME_LIMIT = 48;
/** Steps that the small print names, the newest of them last. */
const MOST_STEPS = 6;

/** How fast, how much and by what: of what burns as it is now, of what is over as it was at worst. */
export function figureLines(model: BurnModel, medium: Medium): string[] {
  const { episode, contributors } = model;
  const { texts } = medium;
  const lines = episode.state === 'burning' ? rateLines(model, medium) : [peakLine(model, medium)];
  const count = Math.max(episode.bad > 0 ? 1 : 0, Math.round(episode.bad));
  lines.push(
    joined([
      texts.t(`slo.burn.bad.${model.slo.unit}`, { count }),
      budgetPart(model, medium),
      exhaustedPart(model, medium),
    ]),
  );
  if (contributors.length > 0) {
    const list = contributors
      .map(({ name, share }) =>
        texts.t('slo.burn.contributor', {
          name: medium.foreign(name, NAME_LIMIT),
          share: texts.percent(share),
        }),
      )
      .join(', ');
    lines.push(texts.t('slo.burn.contributors', { list }));
  }
  return lines;
}

/** The rate in words: against what it is told from, and when a whole budget would be gone. */
function rateLines({ tier, burn, slo }: BurnModel, { texts, strong }: Medium): string[] {
  if (tier === null || burn.long === null) return [texts.t('slo.burn.rate_unknown')];
  const rate = strong(
    texts.t('slo.burn.rate', {
      rate: tidy(burn.long),
      long: texts.duration(tier.longMinutes * MINUTE_MS),
      threshold: tier.threshold,
    }),
  );
  const short = texts.duration(tier.shortMinutes * MINUTE_MS);
  const details = [
    burn.short === null ? '' : texts.t('slo.burn.rate_short', { rate: tidy(burn.short), short }),
    burn.long < 1
      ? ''
      : texts.t('slo.burn.gone', {
          days: slo.windowDays,
          span: texts.duration((slo.windowDays * DAY_MS) / burn.long),
        }),
  ].filter((part) => part !== '');
  return details.length === 0 ? [rate] : [rate, details.join(' ')];
}

function peakLine({ worstTier, episode }: BurnModel, { texts, strong }: Medium): string {
  const rate = tidy(episode.peakBurn);
  if (worstTier === null) return strong(texts.t('slo.burn.peak_bare', { rate }));
  return strong(
    texts.t('slo.burn.peak', {
      rate,
      threshold: worstTier.threshold,
      long: texts.duration(worstTier.longMinutes * MINUTE_MS),
      short: texts.duration(worstTier.shortMinutes * MINUTE_MS),
    }),
  );
}

/** A rate of 857.14 is no better known than one of 857. */
function tidy(rate: number): number {
  return rate >= 100 ? Math.round(rate) : Math.round(rate * 10) / 10;
}

function budgetPart({ budgetLeft }: BurnModel, { texts }: Medium): string {
  if (budgetLeft === null) return texts.t('slo.burn.left_unknown');
  return budgetLeft < 0
    ? texts.t('slo.burn.spent', { share: texts.percent(-budgetLeft) })
    : texts.t('slo.burn.left', { share: texts.percent(budgetLeft) });
}

function exhaustedPart({ exhaustedAt }: BurnModel, medium: Medium): string {
  if (exhaustedAt === null) return '';
  return medium.texts.t('slo.burn.exhausted', { at: medium.at(exhaustedAt) });
}

/** Since when, whom it calls, and what nobody can say. */
export function stateLines(model: BurnModel, medium: Medium): string[] {
  const { episode, dataUntil, isFrozen, silentSince, tier, reopenMinutes, answered } = model;
  const { texts } = medium;
  const { openedAt, recoveredAt } = episode;
  const until = recoveredAt ?? dataUntil ?? openedAt;
  const span = texts.duration(until.getTime() - openedAt.getTime());
  const lines = brokenLines(model, medium);
  if (recoveredAt !== null) {
    const [from, to] = [medium.at(openedAt), medium.at(recoveredAt)];
    lines.push(`🕒 ${texts.t('slo.burn.was', { from, to, span })}`);
    return [...lines, texts.t('slo.burn.again', { minutes: reopenMinutes })];
  }
  if (silentSince !== null) lines.push(`⚪ ${texts.t('slo.burn.silent', { at: medium.at(silentSince) })}`);
  if (isFrozen && tier !== null) {
    const short = texts.duration(tier.shortMinutes * MINUTE_MS);
    lines.push(`⚪ ${texts.t('slo.burn.frozen', { short })}`);
  }
  lines.push(`🕒 ${texts.t('slo.burn.since', { at: medium.at(openedAt), span })}`);
  return answered === null ? [...lines, texts.t(`slo.burn.level.${episode.level}`)] : lines;
}

function brokenLines({ brokenSince, slo }: BurnModel, medium: Medium): string[] {
  if (brokenSince === null) return [];
  const { texts } = medium;
  const target = texts.percent(slo.target);
  const said = texts.t('slo.burn.broken', { target, days: slo.windowDays, at: medium.at(brokenSince) });
  return [`❌ ${said}`];
}

/** Who has it, or had it; that nobody has is said too. */
export function answerLine({ answered, episode }: BurnModel, medium: Medium): string {
  const { texts } = medium;
  const isOver = episode.state === 'recovered';
  if (answered === null)
    return isOver ? texts.t('slo.burn.unanswered_over') : `❔ ${texts.t('slo.burn.nobody')}`;
  const person = mentionUser(answered.by, medium);
  return isOver
    ? `👀 ${texts.t('slo.burn.answered_over', { person })}`
    : `👀 ${texts.t('slo.burn.answered', { person, at: medium.at(answered.at) })}`;
}

/** What happened, oldest first; of many steps the newest, and how many went before. */
export function historyLine({ episode: { history } }: BurnModel, medium: Medium): string {
  const { texts } = medium;
  const shown = history.slice(-MOST_STEPS);
  const earlier = history.length - shown.length;
  return joined([
    ...(earlier > 0 ? [texts.t('slo.burn.more', { count: earlier })] : []),
    ...shown.map(({ what, at }) => texts.t(`slo.history.${what}`, { at: medium.at(new Date(at)) })),
  ]);
}
