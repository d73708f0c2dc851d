import type { SloWindowFacts } from '../src/overrides/types.ts';
import { describeActor } from './actor.ts';
import { capitalised } from './findings.ts';
import type { Medium } from './medium.ts';
import { shareOf } from './slo-words.ts';

const NAME_LIMIT = 60;
const NOTE_LIMIT = 1_000;

/** A stretch of time that is to be left out: a name and a value each, two in a row. */
export function windowFields(facts: SloWindowFacts, medium: Medium): string[][] {
  const { texts, strong } = medium;
  const fact = (name: string, value: string): string[] => [strong(capitalised(name, texts)), value];
  const { fromAt, toAt, good, valid } = facts;
  return [
    fact(texts.t('overrides.slo_window.name'), nameOfStretch(facts, medium)),
    fact(texts.t('overrides.slo_window.cause'), texts.t(`slo.cause.${facts.cause}`)),
    fact(texts.t('overrides.slo_window.from'), medium.at(new Date(fromAt))),
    fact(texts.t('overrides.slo_window.to'), `${medium.at(new Date(toAt))} (${spanOf(facts, medium)})`),
    fact(
      texts.t('overrides.slo_window.counted'),
      texts.t('overrides.slo_window.counts', { bad: Math.round(valid - good), valid: Math.round(valid) }),
    ),
    fact(texts.t('overrides.slo_window.author'), describeActor(facts.createdBy, medium)),
  ];
}

/** Why it was written down, and what the figures of the promise are now and would be. */
export function windowLines(facts: SloWindowFacts, medium: Medium): string[] {
  const { texts, strong } = medium;
  const share = (value: number | null) =>
    value === null ? texts.t('slo.health.no_data') : shareOf(value, facts.target, texts.locale);
  const left = (value: number | null) => (value === null ? '–' : texts.percent(value));
  const figures = {
    span: spanOf(facts, medium),
    now: share(facts.valueNow),
    after: share(facts.valueAfter),
    leftNow: left(facts.leftNow),
    leftAfter: left(facts.leftAfter),
  };
  const isOut = facts.state === 'left_out';
  return [
    strong(texts.t('overrides.slo_window.note')),
    medium.foreign(facts.note, NOTE_LIMIT),
    texts.t(isOut ? 'overrides.slo_window.with' : 'overrides.slo_window.without', figures),
    texts.t('overrides.read', { at: medium.at(new Date(facts.readAt)) }),
  ];
}

/** "LO-7 API availability" */
export function nameOfStretch({ number, title }: SloWindowFacts, medium: Medium): string {
  return `LO-${number} ${medium.foreign(title[medium.texts.locale], NAME_LIMIT)}`;
}

function spanOf({ fromAt, toAt }: SloWindowFacts, { texts }: Medium): string {
  return texts.duration(Date.parse(toAt) - Date.parse(fromAt));
}
