import { createHash } from 'node:crypto';
import { businessDayOf, dayBounds, shiftDay } from '../business-day.ts';
import {
  MOST_ACCEPTED_DAYS,
  UNDO_MS,
  type Act,
  type ActedFinding,
  type ActRefusal,
  type LastChange,
  type Seen,
  type Standing,
} from './act-types.ts';

/** The hash of what a person accepts: this rule, this class, this amount. Any other is another question. */
export function askedHash(of: Pick<ActedFinding, 'rule' | 'class' | 'amountMinor' | 'currency'>): string {
  const parts = [of.rule, of.class, of.currency, of.amountMinor?.toString() ?? null];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What can be done with a finding now, what is suggested first. */
export function possibleActs(
  { state, owner }: Pick<Standing, 'state' | 'owner'>,
  me: string,
  isProposed: boolean,
): Act[] {
  const acts: Act[] = [];
  if (state !== 'resolved') acts.push('resolve');
  if (state === 'open' && owner !== me) acts.push('assign');
  if (state === 'open' && !isProposed) acts.push('accept');
  if (state !== 'open') acts.push('reopen');
  return acts;
}

/** May this be done to a finding that was seen like that? Null: it may. */
export function refuseAct(finding: ActedFinding, act: Act, seen: Seen, me: string): ActRefusal | null {
  const { state, owner, last } = finding;
  if (state !== seen.state)
    return { why: 'meanwhile', change: last.change, state, by: last.actor, at: last.at };
  switch (act) {
    case 'resolve':
      return state === 'resolved' ? { why: 'not_now', state } : null;
    case 'reopen':
      return state === 'open' ? { why: 'not_now', state } : null;
    case 'accept':
      if (state !== 'open') return { why: 'not_now', state };
      return askedHash(finding) === seen.asked ? null : { why: 'another' };
    case 'assign':
      if (state !== 'open') return { why: 'not_now', state };
      if (owner === me) return { why: 'yours_already' };
      return owner === seen.owner
        ? null
        : { why: 'meanwhile', change: 'assigned', state, by: last.actor, at: last.at };
  }
}

/** The instant at which an acceptance until the end of this business day is over, or why the day won't do. */
export function decideUntil(
  day: string,
  now: Date,
  zone: string,
): { ok: true; until: Date } | { ok: false; refusal: ActRefusal } {
  const today = businessDayOf(now, zone);
  if (day < today) return { ok: false, refusal: { why: 'date_past' } };
  if (day > shiftDay(today, MOST_ACCEPTED_DAYS)) return { ok: false, refusal: { why: 'date_far' } };
  return { ok: true, until: dayBounds(day, zone).to };
}

/** May this person undo the newest change, and is it still the one they mean? Null: they may. */
export function refuseUndo(
  last: LastChange,
  wanted: { seq: number; actor: string; now: Date; runSince: boolean },
): ActRefusal | null {
  if (last.seq !== wanted.seq || last.before === null || wanted.runSince) return { why: 'undo_overtaken' };
  if (last.actor !== wanted.actor) return { why: 'undo_not_yours' };
  return wanted.now.getTime() - last.at.getTime() > UNDO_MS ? { why: 'undo_late' } : null;
}
