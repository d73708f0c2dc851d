import { QUARTER_MS, type Calendar, type Happening, type Life } from './year-reference.ts';

export const ZONES = [
  'Europe/Istanbul',
  'Europe/Berlin',
  'America/New_York',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  'Pacific/Honolulu',
] as const;

const DAY_MS = 86_400_000;
/** After a full quarter of an hour: nothing happens at the very moment at which a step is due. */
const ODD_MS = 7 * 60_000;

/** Numbers in [0, 1) that follow from their seed (mulberry32). */
export function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

type Random = ReturnType<typeof makeRandom>;

export function dayIn(zone: string, at: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(at);
}

function shift(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Some hours to four days, about every ten days. */
export function makeDowntimes(
  random: Random,
  { from, to }: Pick<Calendar, 'from' | 'to'>,
): [number, number][] {
  const downtimes: [number, number][] = [];
  for (let at = from + random(8 * 24) * 3_600_000; at < to; at += (48 + random(16 * 24)) * 3_600_000) {
    const until = at + (1 + random(random(3) === 0 ? 96 : 20)) * 3_600_000;
    downtimes.push([at, until]);
    at = until;
  }
  return downtimes;
}

/** One exemption that begins somewhere in the time and ends some weeks later: handed in, refused, extended, closed. */
export function makeLife(random: Random, index: number, calendar: Calendar): Life {
  const span = Math.floor((calendar.to - calendar.from) / QUARTER_MS);
  const openedAt = calendar.from + random(Math.floor(span * 0.9)) * QUARTER_MS + ODD_MS;
  const opened = dayIn(calendar.businessZone, openedAt);
  return {
    name: `KEY_${index}`,
    zone: ZONES[random(ZONES.length)] ?? ZONES[0],
    hasLead: random(2) === 0,
    openedAt,
    opened,
    // A third of them as late as may be.
    firstDeadline: shift(opened, random(3) === 0 ? 30 : random(31)),
    events: makeEvents(random, openedAt, calendar.businessZone),
  };
}

function makeEvents(random: Random, openedAt: number, zone: string): Happening[] {
  const events: Happening[] = [];
  const midnight = Math.floor(openedAt / DAY_MS) * DAY_MS;
  let day = 1 + random(30);
  // Within working hours in UTC, so that what follows at once is of the same UTC day a quarter of an hour later too.
  const moment = () => midnight + day * DAY_MS + (8 + random(10)) * 3_600_000 + ODD_MS;
  let deadline = '';
  const extend = (at: number) => {
    const next = shift(dayIn(zone, at), 20 + random(11));
    if (next <= deadline) return;
    deadline = next;
    events.push({ at, kind: 'extend', deadline });
  };
  for (const what of ['extend', 'review', 'extend', 'review'] as const) {
    if (random(3) > 0) continue;
    const at = moment();
    // The first deadline is at most 30 days after the opening: later than that no extension is for nothing.
    if (what === 'extend') {
      if (dayIn(zone, at) >= shift(dayIn(zone, openedAt), 11)) extend(at);
    } else {
      events.push({ at, kind: 'hand_in' });
      day += 1 + random(7);
      events.push({ at: moment(), kind: 'refuse' });
    }
    day += 1 + random(7);
  }
  day += random(14);
  events.push({ at: moment(), kind: 'hand_in' });
  day += 1 + random(6);
  events.push({ at: moment(), kind: 'close' });
  return events;
}
