import type { SliMinute, SliReading } from '../ports.ts';

/** Of a name, which comes from outside. */
const MOST_NAME_CHARACTERS = 200;

/**
 * What may be stored of a reading: whole minutes of [from, until), each once, with numbers that can be. What can't be is
 * a gap, never a guess; how many minutes were refused is told.
 */
export function cleanReading(
  reading: SliReading,
  { from, until }: { from: Date; until: Date },
): { reading: SliReading; refused: number } {
  const within = (minute: Date) => minute >= from && minute < until && minute.getTime() % 60_000 === 0;
  const down = distinct(reading.down.filter(within));
  const isDown = new Set(down.map((minute) => minute.getTime()));
  const minutes = cleanMinutes(
    reading.minutes.filter(({ minute }) => within(minute) && !isDown.has(minute.getTime())),
  );
  const decided = cleanMinutes((reading.decided ?? []).filter(({ minute }) => within(minute)));
  const bad = new Map<string, SliReading['contributors'][number]>();
  for (const each of reading.contributors) {
    const name = each.name.replaceAll('\0', '').slice(0, MOST_NAME_CHARACTERS);
    if (name === '' || !within(each.minute) || !(each.bad > 0) || !Number.isFinite(each.bad)) continue;
    const key = `${each.minute.getTime()} ${name}`;
    bad.set(key, { minute: each.minute, name, bad: (bad.get(key)?.bad ?? 0) + each.bad });
  }
  return {
    reading: {
      ...reading,
      down,
      minutes: minutes.kept,
      decided: reading.decided === null ? null : decided.kept,
      contributors: [...bad.values()],
    },
    refused: minutes.refused + decided.refused,
  };
}

function cleanMinutes(minutes: readonly SliMinute[]): { kept: SliMinute[]; refused: number } {
  const kept = new Map<number, SliMinute>();
  for (const each of minutes)
    if (each.good >= 0 && each.good <= each.valid && Number.isFinite(each.valid))
      kept.set(each.minute.getTime(), each);
  return { kept: [...kept.values()], refused: minutes.length - kept.size };
}

function distinct(minutes: readonly Date[]): Date[] {
  return [...new Map(minutes.map((minute) => [minute.getTime(), minute])).values()];
}

/** The end of the newest minute that a reading of [.., until) tells of; null: of none. */
export function toldUntil({ minutes, down, absent }: SliReading, until: Date): Date | null {
  if (absent === 'zero') return until;
  const newest = [...minutes.map(({ minute }) => minute), ...down].reduce(
    (latest, minute) => Math.max(latest, minute.getTime()),
    Number.NEGATIVE_INFINITY,
  );
  return Number.isFinite(newest) ? new Date(newest + 60_000) : null;
}
