import { follow, type Series, type Step, type Track } from '../../src/slo/burn.ts';
import type { Slo } from '../../src/slo/types.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-01-05T00:00:00Z');

/** Of one minute. */
export interface Count {
  bad: number;
  valid: number;
}

/** Minutes from a Monday midnight on; undefined is a gap. */
export function seriesOf(length: number, countOf: (index: number) => Count | undefined): Series {
  const series: Series = {
    fromMs: START_MS,
    good: new Float64Array(length + 1),
    valid: new Float64Array(length + 1),
    minutes: new Int32Array(length + 1),
  };
  for (let index = 0; index < length; index += 1) {
    const count = countOf(index);
    const { bad, valid } = count ?? { bad: 0, valid: 0 };
    series.good[index + 1] = series.good[index]! + valid - bad;
    series.valid[index + 1] = series.valid[index]! + valid;
    series.minutes[index + 1] = series.minutes[index]! + (count === undefined ? 0 : 1);
  }
  return series;
}

/** The end of a minute by its index. */
export function endOf(index: number): Date {
  return new Date(START_MS + (index + 1) * MINUTE_MS);
}

/** What happened at the end of which minute. */
export interface Happened {
  index: number;
  event: NonNullable<Step['event']>;
  track: Track;
}

/** Judges every minute in order, as judging does; `each` sees all of them. */
export function judgeSeries(
  series: Series,
  slo: Pick<Slo, 'name' | 'target' | 'tiers'>,
  each?: (index: number, track: Track | null) => void,
): Happened[] {
  const happened: Happened[] = [];
  let track: Track | null = null;
  let ids = 0;
  const newId = () => `episode-${(ids += 1)}`;
  for (let index = 0; index < series.valid.length - 1; index += 1) {
    const step: Step = follow(track, series, endOf(index), slo, newId);
    track = step.track;
    if (step.event !== null && track !== null) happened.push({ index, event: step.event, track });
    each?.(index, track);
  }
  return happened;
}

/** As many requests in this minute as come evenly at that rate; `phase` (0 to 1) is where the first one falls. */
export function evenly(perHour: number, index: number, phase = 0): number {
  const perMinute = perHour / 60;
  return Math.floor((index + 1) * perMinute + phase) - Math.floor(index * perMinute + phase);
}
