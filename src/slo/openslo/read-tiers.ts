import type { Tier } from '../types.ts';
import { OWN, type DocumentOf } from './kinds.ts';

type Condition = Pick<DocumentOf<'AlertCondition'>, 'metadata' | 'spec'>;
type Say = (path: readonly PropertyKey[], message: string) => void;

/** Domain section 2: fewer bad events than this are no burn. */
const MIN_BAD = 5;
/** An alert's second window is a twelfth of its first. sre.google/workbook/alerting-on-slos */
const SHORT_SHARE = 12;

/** One burn alert from its AlertCondition; says what is wrong, and gives undefined then. */
export function readTier({ metadata, spec }: Condition, say: Say): Tier | undefined {
  const { condition, severity } = spec;
  const { annotations } = metadata;
  const at = (name: string) => ['metadata', 'annotations', `${OWN}${name}`];
  const longMinutes = condition.lookbackWindow;
  const short = annotations[`${OWN}short-window`];
  const shortMinutes =
    short === undefined ? Math.max(1, Math.round(longMinutes / SHORT_SHARE)) : minutesOf(short);
  const minBad = Number(annotations[`${OWN}min-bad`] ?? MIN_BAD);
  let isWrong = false;
  const refuse: Say = (path, message) => {
    isWrong = true;
    say(path, message);
  };
  if (shortMinutes === undefined)
    refuse(at('short-window'), `must be minutes or hours, such as 5m, is ${short}`);
  else if (shortMinutes >= longMinutes) refuse(at('short-window'), 'must be shorter than lookbackWindow');
  if (!Number.isInteger(minBad) || minBad < 1) refuse(at('min-bad'), 'must be a whole number from 1 on');
  if (longMinutes > MOST_MINUTES) refuse(['spec', 'condition', 'lookbackWindow'], 'must be 3d at most');
  if (isWrong || shortMinutes === undefined) return undefined;
  const { threshold } = condition;
  return { name: metadata.name, level: severity, threshold, longMinutes, shortMinutes, minBad };
}

/** So many minutes are looked at every minute, and no more. */
const MOST_MINUTES = 4_320;

function minutesOf(word: string): number | undefined {
  const [, digits, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(word) ?? [];
  return digits === undefined ? undefined : Number(digits) * (unit === 'm' ? 1 : unit === 'h' ? 60 : 1_440);
}
