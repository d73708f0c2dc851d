import { shiftDay } from '../business-day.ts';
import type { RiskClass } from '../findings/types.ts';
import type { ExemptionRoute } from './types.ts';

export type ImportColumn =
  | 'name'
  | 'place'
  | 'risk'
  | 'route'
  | 'owner'
  | 'deputy'
  | 'deadline'
  | 'mitigation'
  | 'ticket'
  | 'links';

/** Headers of registers as teams write them, in both languages, without accents. The first name is the export's own. */
const HEADERS: Readonly<Record<ImportColumn, readonly string[]>> = {
  name: [
    'name',
    'secret',
    'setting',
    'secret or setting',
    'sir',
    'gizli',
    'gizli anahtar',
    'gizli deger',
    'ad',
    'ayar',
  ],
  place: ['place', 'where', 'location', 'environment', 'yer', 'yeri', 'ortam'],
  risk: ['risk', 'class', 'severity', 'risk sinifi', 'seviye'],
  route: ['route', 'way', 'yol', 'yontem'],
  owner: ['owner', 'sahip', 'sahibi', 'sorumlu'],
  deputy: ['deputy', 'vekil', 'yedek'],
  deadline: ['deadline', 'due', 'due date', 'until', 'expires', 'son tarih', 'bitis', 'vade'],
  mitigation: ['mitigation', 'mitigations', 'azaltma', 'onlem', 'onlemler'],
  ticket: ['ticket', 'issue', 'kayit', 'is kaydi'],
  links: ['links', 'link', 'baglanti', 'baglantilar'],
};

const RISKS: Readonly<Record<string, RiskClass>> = {
  low: 'LOW',
  dusuk: 'LOW',
  med: 'MED',
  medium: 'MED',
  moderate: 'MED',
  orta: 'MED',
  high: 'HIGH',
  critical: 'HIGH',
  yuksek: 'HIGH',
  kritik: 'HIGH',
};
/** Words of a class that we do not have: taken as HIGH, and said so. */
const ABOVE_HIGH: ReadonlySet<string> = new Set(['critical', 'kritik']);

const ROUTE_WORDS: Readonly<Record<string, ExemptionRoute>> = {
  procure: 'procure',
  procurement: 'procure',
  tedarik: 'procure',
  temin: 'procure',
  rotate: 'rotate',
  rotation: 'rotate',
  yenile: 'rotate',
  yenileme: 'rotate',
  degistir: 'rotate',
  dondur: 'rotate',
};

const MONTHS: readonly (readonly string[])[] = [
  ['january', 'jan', 'ocak', 'oca'],
  ['february', 'feb', 'subat', 'sub'],
  ['march', 'mar', 'mart'],
  ['april', 'apr', 'nisan', 'nis'],
  ['may', 'mayis'],
  ['june', 'jun', 'haziran', 'haz'],
  ['july', 'jul', 'temmuz', 'tem'],
  ['august', 'aug', 'agustos', 'agu'],
  ['september', 'sep', 'sept', 'eylul', 'eyl'],
  ['october', 'oct', 'ekim', 'eki'],
  ['november', 'nov', 'kasim', 'kas'],
  ['december', 'dec', 'aralik', 'ara'],
];

/** A word as it is compared: small letters without accents, so that İ, I, ı and i are one, and ş is s. */
export function foldWord(word: string): string {
  const bare = word.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ı', 'i');
  return bare.trim().replaceAll(/[\s_]+/gu, ' ');
}

export function columnNamed(header: string): ImportColumn | null {
  const folded = foldWord(header);
  const found = Object.entries(HEADERS).find(([, names]) => names.includes(folded));
  return (found?.[0] as ImportColumn | undefined) ?? null;
}

export function riskNamed(word: string): { risk: RiskClass; isLowered: boolean } | null {
  const folded = foldWord(word);
  const risk = Object.hasOwn(RISKS, folded) ? RISKS[folded] : undefined;
  return risk === undefined ? null : { risk, isLowered: ABOVE_HIGH.has(folded) };
}

export function routeNamed(word: string): ExemptionRoute | null {
  const folded = foldWord(word);
  return (Object.hasOwn(ROUTE_WORDS, folded) ? ROUTE_WORDS[folded] : undefined) ?? null;
}

/**
 * A deadline as registers write it: 2026-01-30, 30.01.2026, 30/1/2026 (the day first), T+72h or T+14d from the opening
 * (hours are rounded up to days), 30 Ocak 2026, Jan 30, 2026. Null for anything else, also for a day that never comes.
 */
export function dayNamed(word: string, openedOn: string): string | null {
  const folded = foldWord(word);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u.exec(folded);
  if (iso !== null) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dotted = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/u.exec(folded);
  if (dotted !== null) return dayOf(Number(dotted[3]), Number(dotted[2]), Number(dotted[1]));
  const span = /^t ?\+ ?(\d{1,5}) ?(h|hours?|saat|s|d|days?|gun|g)$/u.exec(folded);
  if (span !== null) {
    const isHours = /^[hs]/u.test(span[2]!);
    return shiftDay(openedOn, isHours ? Math.ceil(Number(span[1]) / 24) : Number(span[1]));
  }
  const dayFirst = /^(\d{1,2}) ([a-z]+)\.?,? (\d{4})$/u.exec(folded);
  if (dayFirst !== null) return dayOf(Number(dayFirst[3]), monthNamed(dayFirst[2]!), Number(dayFirst[1]));
  const monthFirst = /^([a-z]+)\.? (\d{1,2}),? (\d{4})$/u.exec(folded);
  if (monthFirst !== null)
    return dayOf(Number(monthFirst[3]), monthNamed(monthFirst[1]!), Number(monthFirst[2]));
  return null;
}

function monthNamed(word: string): number {
  return MONTHS.findIndex((names) => names.includes(word)) + 1;
}

function dayOf(year: number, month: number, date: number): string | null {
  const at = new Date(Date.UTC(year, month - 1, date));
  const isReal = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === date;
  return isReal ? at.toISOString().slice(0, 10) : null;
}
