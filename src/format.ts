import type { Locale } from './texts.ts';
import { exponentOf, toDecimal, type Money } from './money.ts';

/** Where a currency's symbol stands: ₺1,234.56 in English, 1.234,56 ₺ in Turkish (Intl would put it first in both). */
const SYMBOL_AFTER: Record<Locale, boolean> = { en: false, tr: true };

/** Intl's English knows the lira by its code only; readers of both languages know the sign. */
const OWN_SYMBOLS: Readonly<Record<string, string>> = { TRY: '₺' };

const cache = new Map<string, unknown>();

/** Intl's formatters cost about 50 µs to build and a digest asks for hundreds: each is built once. */
function cached<T>(key: string, build: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known as T;
  const built = build();
  cache.set(key, built);
  return built;
}

/** A whole number with the language's grouping: 12,345 or 12.345; bigints exactly. */
export function formatCount(locale: Locale, count: number | bigint): string {
  return cached(`count ${locale}`, () => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })).format(
    count,
  );
}

/** A share with one decimal, sign shown: 0.123 is 12.3% or %12,3. */
export function formatPercent(locale: Locale, share: number): string {
  return cached(
    `percent ${locale}`,
    () =>
      new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  ).format(share);
}

/**
 * An amount, exact to the last minor unit whatever its size, with its currency's own decimals: ₺1,234.56, KWD 1.234,
 * ¥7. A code that is not in our ISO 4217 table is shown as such (letters and digits only), with plain minor units.
 * `plus` puts a sign before positive amounts too, for differences.
 */
export function formatMoney(locale: Locale, money: Money, plus = false): string {
  const digits = exponentOf(money.currency) ?? 0;
  const number = cached(
    `money ${locale} ${digits}`,
    () => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  const magnitude = money.minor < 0n ? -money.minor : money.minor;
  const amount = number.format(toDecimal({ ...money, minor: magnitude }) as Intl.StringNumericLiteral);
  const sign = money.minor < 0n ? '-' : plus && money.minor > 0n ? '+' : '';
  const symbol = symbolOf(locale, money.currency);
  // Plain spaces, not no-break ones: amounts are searched for and pasted into spreadsheets.
  if (SYMBOL_AFTER[locale]) return `${sign}${amount} ${symbol}`;
  return `${sign}${symbol}${/[\p{L}\p{N}.?]$/u.test(symbol) ? ' ' : ''}${amount}`;
}

function symbolOf(locale: Locale, currency: string): string {
  const own = OWN_SYMBOLS[currency];
  if (own !== undefined) return own;
  if (exponentOf(currency) === undefined) {
    return currency.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 8) || '?';
  }
  return cached(`symbol ${locale} ${currency}`, () => {
    const parts = new Intl.NumberFormat(locale, { style: 'currency', currency }).formatToParts(1);
    return (parts.find((part) => part.type === 'currency')?.value ?? currency).replaceAll(/\s/gu, ' ');
  });
}

/** A calendar day YYYY-MM-DD in words: "Wednesday, 14 January 2026" or "14 Ocak 2026 Çarşamba". */
export function formatDay(locale: Locale, day: string): string {
  const noon = new Date(`${day}T12:00:00Z`);
  if (Number.isNaN(noon.getTime())) return day.replaceAll(/[^0-9-]/g, '').slice(0, 10);
  // Day before month in both languages: 01/02 means two things, words mean one, and the order is the team's.
  const format = cached(
    `day ${locale}`,
    () =>
      new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
        timeZone: 'UTC',
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        year: 'numeric',
      }),
  );
  return format.format(noon);
}

/** An instant in a zone, with the zone: "14 Jan 2026, 09:00 GMT+3" or "14 Oca 2026 09:00 GMT+3". */
export function formatInstant(locale: Locale, at: Date, timeZone: string): string {
  const format = cached(
    `instant ${locale} ${timeZone}`,
    () =>
      new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
        timeZone,
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZoneName: 'short',
      }),
  );
  return format.format(at).replaceAll(/\s/gu, ' ');
}
