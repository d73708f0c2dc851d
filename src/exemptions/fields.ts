import { findSecret } from '../secrets/find-secret.ts';
import type { RiskClass } from '../findings/types.ts';
import type { ExemptionField, ExemptionRefusal } from './refusals.ts';
import { lastDeadline } from './standing.ts';
import { LIMITS, ROUTES, type ExemptionRoute } from './types.ts';

/** As somebody typed and chose them. */
export interface ExemptionFields {
  name: string;
  place: string;
  risk: string;
  route: string;
  ownerId: string;
  deputyId: string | null;
  /** YYYY-MM-DD, a business day. */
  deadline: string;
  mitigation: string;
  ticket: string;
  links: string;
}

/** The same, judged. */
export interface JudgedFields extends ExemptionFields {
  risk: RiskClass;
  route: ExemptionRoute;
}

type Judged<T> = { ok: true; fields: T } | { ok: false; refusal: ExemptionRefusal };

const RISKS: readonly RiskClass[] = ['LOW', 'MED', 'HIGH'];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What is stored of a text: no blanks around it, no NUL, which PostgreSQL keeps in no text, one form of each letter. */
export function tidy(text: string): string {
  return text.replaceAll('\0', '').normalize('NFC').trim();
}

/** Judges what was typed for a new exemption, opened on `today`; the first thing that is wrong. Pure. Domain section 7. */
export function judgeFields(typed: ExemptionFields, today: string): Judged<JudgedFields> {
  const fields = {
    ...typed,
    // A name over two lines, or with other blanks, is the same name.
    name: oneLine(typed.name),
    place: oneLine(typed.place),
    mitigation: tidy(typed.mitigation),
    ticket: tidy(typed.ticket),
    links: tidy(typed.links),
    ownerId: tidy(typed.ownerId),
    deputyId: typed.deputyId === null || tidy(typed.deputyId) === '' ? null : tidy(typed.deputyId),
    deadline: tidy(typed.deadline),
  };
  const { name, place, mitigation, ticket, links } = fields;
  const refusal =
    judgeText({ name, place, mitigation, ticket, links }) ??
    missingOf(fields, ['name', 'place']) ??
    missingWord('risk', fields.risk, RISKS) ??
    missingWord('route', fields.route, ROUTES) ??
    (fields.ownerId === '' ? missing('owner') : null) ??
    judgeDeadline(fields.deadline, today);
  if (refusal !== null) return { ok: false, refusal };
  return {
    ok: true,
    fields: { ...fields, risk: fields.risk as RiskClass, route: fields.route as ExemptionRoute },
  };
}

/** Judges what was handed in as proof: both are needed. Pure. */
export function judgeEvidence(typed: {
  evidenceLink: string;
  evidenceNote: string;
}): Judged<{ evidenceLink: string; evidenceNote: string }> {
  const evidenceLink = tidy(typed.evidenceLink);
  const evidenceNote = tidy(typed.evidenceNote);
  const refusal =
    judgeText({ evidence_link: evidenceLink, evidence_note: evidenceNote }) ??
    (evidenceLink === '' ? missing('evidence_link') : null) ??
    (evidenceNote === '' ? missing('evidence_note') : null);
  return refusal === null ? { ok: true, fields: { evidenceLink, evidenceNote } } : { ok: false, refusal };
}

/** Judges why it is refused to close; `isNeeded`: whoever accepts says nothing. Pure. */
export function judgeReason(typed: string, isNeeded: boolean): Judged<{ reason: string }> {
  const reason = tidy(typed);
  const refusal = judgeText({ reason }) ?? (isNeeded && reason === '' ? missing('reason') : null);
  return refusal === null ? { ok: true, fields: { reason } } : { ok: false, refusal };
}

const MOST: Partial<Record<ExemptionField, number>> = {
  ...LIMITS,
  evidence_link: LIMITS.evidenceLink,
  evidence_note: LIMITS.evidenceNote,
};

/** A value is refused before anything else is said, whatever its length. */
function judgeText(texts: Partial<Record<ExemptionField, string>>): ExemptionRefusal | null {
  const entries = Object.entries(texts) as [ExemptionField, string][];
  for (const [field, text] of entries) {
    const found = findSecret(text);
    if (found !== null) return { why: 'secret', field, shape: found.shape };
  }
  for (const [field, text] of entries) {
    const most = MOST[field] ?? 0;
    if (Array.from(text).length > most) return { why: 'too_long', field, most };
  }
  return null;
}

function judgeDeadline(deadline: string, today: string): ExemptionRefusal | null {
  if (deadline === '') return missing('deadline');
  if (!isDay(deadline)) return { why: 'day_unreadable', field: 'deadline' };
  if (deadline < today) return { why: 'deadline_past' };
  const last = lastDeadline(today);
  return deadline > last ? { why: 'deadline_too_late', last } : null;
}

/** The 31st of April is no day, nor is what Date makes of it. */
function isDay(word: string): boolean {
  if (!DAY.test(word)) return false;
  const at = new Date(`${word}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === word;
}

/** A name on one line, without what nobody sees: with it the same name would be another one. */
export function oneLine(text: string): string {
  const seen = text.replaceAll(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
  return tidy(seen).replaceAll(/\s+/gu, ' ').trim();
}

function missing(field: ExemptionField): ExemptionRefusal {
  return { why: 'missing', field };
}

function missingOf<K extends ExemptionField>(
  fields: Record<K, string>,
  names: readonly K[],
): ExemptionRefusal | null {
  const name = names.find((each) => fields[each] === '');
  return name === undefined ? null : missing(name);
}

/** A word that no menu of ours offers is none. */
function missingWord(field: ExemptionField, word: string, words: readonly string[]): ExemptionRefusal | null {
  return words.includes(word) ? null : missing(field);
}
