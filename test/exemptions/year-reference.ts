/**
 * What must have been sent, by the rules of domain section 7 as plainly as they can be put: at every quarter of an hour,
 * look at the wall clock where somebody is, and ask what the rules say. It imports nothing of what it checks.
 */

export interface Life {
  name: string;
  zone: string;
  hasLead: boolean;
  openedAt: number;
  opened: string;
  firstDeadline: string;
  /** What happens to it, in order. */
  events: Happening[];
}

export type Happening =
  | { at: number; kind: 'hand_in' }
  | { at: number; kind: 'refuse' }
  | { at: number; kind: 'close' }
  | { at: number; kind: 'extend'; deadline: string };

export interface Calendar {
  businessZone: string;
  holidays: ReadonlySet<string>;
  /** Nothing runs from the first to before the second. */
  downtimes: readonly (readonly [number, number])[];
  from: number;
  to: number;
}

export const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const known = new Map<string, string>();

/** YYYY-MM-DDTHH:MM on the wall there. */
function wall(at: number, zone: string): string {
  const key = `${zone}${at}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(zone, format);
  const text = format.format(at).replace(' ', 'T');
  known.set(key, text);
  return text;
}

function plus(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

function works(day: string, { holidays }: Calendar): boolean {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidays.has(day);
}

const daysKnown = new Map<string, Map<string, number>>();

/** The steps of a deadline by their day; the nearest to the deadline stands for those that meet. */
function daysOf(deadline: string, calendar: Calendar): Map<string, number> {
  const before = daysKnown.get(deadline);
  if (before !== undefined) return before;
  const days = new Map<string, number>();
  daysKnown.set(deadline, days);
  for (const step of [-14, -7, -3, -1]) {
    let day = plus(deadline, step);
    while (!works(day, calendar)) day = plus(day, -1);
    days.set(day, step);
  }
  for (let step = 0; step <= 200; step += 1) days.set(plus(deadline, step), step);
  return days;
}

/** The highest step whose time has come at this moment; undefined: none. */
function highest(deadline: string, at: number, zone: string, calendar: Calendar): number | undefined {
  const here = wall(at, zone);
  const isOver = wall(at, calendar.businessZone) >= `${plus(deadline, 1)}T00:00`;
  let found: number | undefined;
  for (const [day, step] of daysOf(deadline, calendar)) {
    if (`${day}T10:00` > here || (step > 0 && !isOver)) break;
    found = step;
  }
  return found;
}

/** How many business days' mornings lie between. */
function mornings(from: number, at: number, calendar: Calendar): number {
  const zone = calendar.businessZone;
  let count = 0;
  for (
    let day = plus(wall(from, zone).slice(0, 10), 1);
    `${day}T10:00` <= wall(at, zone);
    day = plus(day, 1)
  ) {
    if (works(day, calendar)) count += 1;
  }
  return count;
}

/** Everything sent in one life: "deadline step audience hour", the hour by UTC. */
export function expectedOf(life: Life, calendar: Calendar): string[] {
  const sent = new Map<string, string>();
  const send = (what: string, at: number) => {
    if (!sent.has(what)) sent.set(what, new Date(at).toISOString().slice(0, 13));
  };
  let deadline = life.firstDeadline;
  let before = highest(deadline, life.openedAt, life.zone, calendar);
  let handedIn: { at: number; turn: number } | undefined;
  let turn = 0;
  const events = [...life.events];
  const first = Math.ceil(life.openedAt / QUARTER_MS) * QUARTER_MS;
  for (let at = first; at < calendar.to; at += QUARTER_MS) {
    while (events[0] !== undefined && events[0].at <= at) {
      const event = events.shift();
      if (event?.kind === 'close') return [...sent].map(([what, day]) => `${what} ${day}`).toSorted();
      if (event?.kind === 'hand_in') handedIn = { at: event.at, turn: (turn += 1) };
      if (event?.kind === 'refuse') handedIn = undefined;
      if (event?.kind === 'extend') {
        deadline = event.deadline;
        before = highest(deadline, event.at, life.zone, calendar);
      }
    }
    if (calendar.downtimes.some(([from, to]) => from <= at && at < to)) continue;
    const step = highest(deadline, at, life.zone, calendar);
    const isOfIt = step !== undefined && step !== before;
    if (isOfIt && handedIn === undefined) send(`${deadline} ${step} owner`, at);
    if (isOfIt && step > 0 && life.hasLead) send(`${deadline} ${step} lead`, at);
    const morning = handedIn === undefined ? 0 : mornings(handedIn.at, at, calendar);
    if (morning > 0) send(`${handedIn?.turn} ${morning} reviewers`, at);
  }
  return [...sent].map(([what, day]) => `${what} ${day}`).toSorted();
}
