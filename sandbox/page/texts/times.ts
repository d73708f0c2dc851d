import { TZDate } from '@date-fns/tz';

/** Where the sandbox's platform does its business; its clock is shown there. */
export const BUSINESS_ZONE = 'Europe/Istanbul';

function format(at: Date, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options }).format(at);
}

/** Slack's ts ("seconds.sequence") as a Date. */
export function dateOfTs(ts: string): Date {
  return new Date(Number(ts.split('.')[0]) * 1_000);
}

export function clockTime(at: Date, zone: string): string {
  return format(at, zone, { hour: '2-digit', minute: '2-digit' });
}

export function clockTimeWithSeconds(at: Date, zone: string): string {
  return format(at, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** "Thursday 15 January 2026" */
export function longDay(at: Date, zone: string): string {
  return format(at, zone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).replace(
    ',',
    '',
  );
}

/** "Thu 15 Jan" */
export function shortDay(at: Date, zone: string): string {
  return format(at, zone, { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');
}

/** "2026-01-15 09:00:00 GMT+3", for titles. */
export function exactTime(at: Date, zone: string): string {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const offset = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'shortOffset' });
  const name = offset.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? zone;
  return `${day.format(at)} ${name}`;
}

/** The next 09:00 in the business zone, strictly after `now`, and whether that is still today. */
export function nextMorning(now: Date): { at: Date; today: boolean } {
  const morning = new TZDate(now.getTime(), BUSINESS_ZONE);
  morning.setHours(9, 0, 0, 0);
  if (morning.getTime() > now.getTime()) return { at: new Date(morning.getTime()), today: true };
  morning.setDate(morning.getDate() + 1);
  return { at: new Date(morning.getTime()), today: false };
}

/** A Slack date format ("{date_short_pretty} {time}") filled in for the reader's zone, language and day. */
export function slackDate(pattern: string, unixSeconds: number, reader: DateReader): string {
  const at = new Date(unixSeconds * 1_000);
  return pattern.replace(/\{(\w+)\}/g, (token, name: string) => dateToken(name, at, reader) ?? token);
}

export interface DateReader {
  zone: string;
  locale: string;
  now: Date;
}

const DATE_STYLES: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
};

const DAY_MS = 86_400_000;

function dateToken(name: string, at: Date, reader: DateReader): string | undefined {
  if (name === 'ago') return agoText(at, reader);
  const pretty = name.endsWith('_pretty');
  const style = DATE_STYLES[pretty ? name.slice(0, -'_pretty'.length) : name];
  if (!style) return undefined;
  if (pretty) {
    const near = nearDay(at, reader);
    if (near) return near;
  }
  return new Intl.DateTimeFormat(reader.locale, { timeZone: reader.zone, ...style }).format(at);
}

/** "today", "yesterday" or "tomorrow" in the reader's language. */
function nearDay(at: Date, reader: DateReader): string | undefined {
  const dayOf = (date: Date): number => {
    const local = new TZDate(date.getTime(), reader.zone);
    return Math.round(Date.UTC(local.getFullYear(), local.getMonth(), local.getDate()) / DAY_MS);
  };
  const days = dayOf(at) - dayOf(reader.now);
  if (Math.abs(days) > 1) return undefined;
  return new Intl.RelativeTimeFormat(reader.locale, { numeric: 'auto' }).format(days, 'day');
}

function agoText(at: Date, reader: DateReader): string {
  const seconds = Math.round((at.getTime() - reader.now.getTime()) / 1_000);
  const relative = new Intl.RelativeTimeFormat(reader.locale, { numeric: 'auto' });
  if (Math.abs(seconds) < 3_600) return relative.format(Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < 86_400) return relative.format(Math.round(seconds / 3_600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/** Unix seconds as the browser's own field wants them: "2026-01-15T09:00" by the zone's clocks. */
export function localMoment(unixSeconds: number, zone: string): string {
  const { year, month, day, hour, minute } = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(new Date(unixSeconds * 1_000))
      .map(({ type, value }) => [type, value]),
  );
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The other way round. */
export function unixOfLocal(local: string, zone: string): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = local.split(/\D/).map(Number);
  return Math.floor(new TZDate(year, month - 1, day, hour, minute, zone).getTime() / 1_000);
}
