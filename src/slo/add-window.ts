import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { businessDayOf } from '../business-day.ts';
import { instantOf } from '../calendar.ts';
import { withTransaction, type Pool } from '../database/pool.ts';
import { actorOf, holdsOne, type Person, type Role } from '../people/types.ts';
import type { Policy } from '../policy.ts';
import { sloNamed } from './deps.ts';
import { idOfRequest } from './request-id.ts';
import { nameOfWindow, type LeftOut, type Slo, type Slos } from './types.ts';
import { insertWindow, readOverlapping, readWindow } from './window-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A longer stretch would leave a promise without meaning. */
const MOST_DAYS = 7;
/** Maintenance is planned ahead, and no further. */
const MOST_AHEAD_DAYS = 7;

/** Engineers answer for promises; who wakes up for money does not rewrite them alone. */
export const MAY_CORRECT: readonly Role[] = ['sre', 'managers', 'leads'];
const CAUSES = ['maintenance', 'bad_data'] as const satisfies readonly LeftOut['cause'][];
/** Longest note, in code points. */
export const MOST_NOTE = 500;

/** What somebody typed. Days are YYYY-MM-DD, times HH:MM, both in the business time zone. */
export interface WindowFields {
  slo: string;
  fromDay: string;
  fromTime: string;
  toDay: string;
  toTime: string;
  cause: string;
  note: string;
}

/** Why a stretch is not written down, beside the input that is wrong. Text key `slo.correct.refused.<why>`. */
export type WindowRefusal =
  | { field: keyof WindowFields; why: 'missing' | 'time_unreadable' | 'too_long' | 'not_after' | 'too_wide' }
  | { field: keyof WindowFields; why: 'too_far_ahead' | 'too_old' | 'unknown' }
  | { field: 'fromDay'; why: 'overlaps'; name: string }
  | { field: 'slo'; why: 'no_role' };

export type WindowOutcome = { ok: true; window: LeftOut } | { ok: false; refusal: WindowRefusal };

/** What is right of what was typed, or the first thing that is not. Pure. */
export function readWindowFields(
  fields: WindowFields,
  of: { slos: Slos; now: Date; policy: Pick<Policy, 'business' | 'slo'> },
):
  | { ok: true; slo: Slo; fromAt: Date; toAt: Date; cause: LeftOut['cause'] }
  | { ok: false; refusal: WindowRefusal } {
  const refuse = (field: keyof WindowFields, why: WindowRefusal['why']) => ({
    ok: false as const,
    refusal: { field, why } as WindowRefusal,
  });
  const slo = sloNamed(of.slos, fields.slo);
  if (slo === undefined) return refuse('slo', 'unknown');
  const zone = of.policy.business.time_zone;
  for (const field of ['fromDay', 'toDay'] as const)
    if (!isDay(fields[field], zone)) return refuse(field, 'missing');
  for (const field of ['fromTime', 'toTime'] as const)
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(fields[field])) return refuse(field, 'time_unreadable');
  const fromAt = instantOf(fields.fromDay, fields.fromTime, zone);
  const toAt = instantOf(fields.toDay, fields.toTime, zone);
  if (toAt <= fromAt) return refuse('toTime', 'not_after');
  if (toAt.getTime() - fromAt.getTime() > MOST_DAYS * DAY_MS) return refuse('toDay', 'too_wide');
  if (toAt.getTime() > of.now.getTime() + MOST_AHEAD_DAYS * DAY_MS) return refuse('toDay', 'too_far_ahead');
  if (fromAt.getTime() < of.now.getTime() - of.policy.slo.keep_days * DAY_MS)
    return refuse('fromDay', 'too_old');
  const cause = CAUSES.find((known) => known === fields.cause);
  if (cause === undefined) return refuse('cause', 'missing');
  if (fields.note.trim() === '') return refuse('note', 'missing');
  if (Array.from(fields.note).length > MOST_NOTE) return refuse('note', 'too_long');
  return { ok: true, slo, fromAt, toAt, cause };
}

/** One that the calendar has: 30 February is none, nor is what Date makes of it. */
function isDay(word: string, zone: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(word) && businessDayOf(instantOf(word, '12:00', zone), zone) === word;
}

/** Where the form begins: the last whole hour of today. Pure. */
export function suggestedWindow(
  now: Date,
  zone: string,
): Pick<WindowFields, 'fromDay' | 'fromTime' | 'toDay' | 'toTime'> {
  const to = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS);
  const from = new Date(to.getTime() - HOUR_MS);
  const time = (at: Date) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(at);
  return {
    fromDay: businessDayOf(from, zone),
    fromTime: time(from),
    toDay: businessDayOf(to, zone),
    toTime: time(to),
  };
}

/**
 * Writes down a stretch that is not to be counted. It changes nothing by itself: another person has to approve the
 * request that follows. The same twice, in one request, is one stretch; other words in it are another.
 */
export async function addWindow(
  deps: { pool: Pool; policy: Policy; slos: Slos; onChange?(word: string): void },
  now: Date,
  asked: { fields: WindowFields; person: Pick<Person, 'userId' | 'key' | 'roles'>; requestId: string },
): Promise<WindowOutcome> {
  const { fields, person, requestId } = asked;
  if (!holdsOne(person as Person, MAY_CORRECT))
    return { ok: false, refusal: { field: 'slo', why: 'no_role' } };
  const read = readWindowFields(fields, { slos: deps.slos, now, policy: deps.policy });
  if (!read.ok) return read;
  const id = idOfRequest('slo window', `${requestId} ${JSON.stringify(fields)}`);
  const wanted = { id, slo: read.slo.name, fromAt: read.fromAt, toAt: read.toAt };
  const other = await readOverlapping(deps.pool, wanted);
  if (other !== null)
    return { ok: false, refusal: { field: 'fromDay', why: 'overlaps', name: nameOfWindow(other) } };
  const window = await withTransaction(deps.pool, async (tx) => {
    const inserted = await insertWindow(tx, {
      ...wanted,
      cause: read.cause,
      note: fields.note.trim(),
      createdBy: actorOf(person),
      createdKey: person.key,
      createdAt: now,
    });
    if (inserted === null) return await readWindow(tx, id);
    await appendAudit(tx, now, [windowEntry(inserted, 'asked', actorOf(person))]);
    return inserted;
  });
  if (window === null) return { ok: false, refusal: { field: 'slo', why: 'unknown' } };
  deps.onChange?.('correction_asked');
  return { ok: true, window };
}

/** The audit row of what became of a stretch. What a person wrote stands beside the chain. */
export function windowEntry(window: LeftOut, action: string, actor: string, data: object = {}): AuditEntry {
  const { id, number, slo, fromAt, toAt, cause, state } = window;
  return {
    actor,
    action: `slo_window.${action}`,
    tenantId: null,
    subject: { kind: 'slo_window', id },
    data: { number, promise: slo, from: fromAt.toISOString(), to: toAt.toISOString(), cause, state, ...data },
    ...(action === 'asked' ? { personal: window.note } : {}),
  };
}
