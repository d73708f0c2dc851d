import { IntlMessageFormat } from 'intl-messageformat';
import en from '../locales/en.json' with { type: 'json' };
import tr from '../locales/tr.json' with { type: 'json' };
import { assert } from './errors.ts';
import { formatCount, formatDay, formatInstant, formatMoney, formatPercent } from './format.ts';
import type { Money } from './money.ts';

export const LOCALES = ['en', 'tr'] as const;
export type Locale = (typeof LOCALES)[number];

type KeysOf<Node, Prefix extends string = ''> = {
  [Name in keyof Node & string]: Node[Name] extends string
    ? `${Prefix}${Name}`
    : KeysOf<Node[Name], `${Prefix}${Name}.`>;
}[keyof Node & string];

/** Every text there is: the path of a leaf of locales/en.json, for example "findings.class.HIGH". */
export type TextKey = KeysOf<typeof en>;
/** Numbers choose plural forms; strings stand as they are, so whoever calls escapes them for where they will stand. */
export type TextArguments = Record<string, string | number>;

/** What a person reads, in one language. Everything here is pure and needs no clock. */
export interface Texts {
  locale: Locale;
  /** The text of a key (ICU MessageFormat). Throws when a value that the text names is missing. */
  t: (key: TextKey, args?: TextArguments) => string;
  /** Is there such a text? For keys that rows carry (evidence, reasons), which may be of another version. */
  has: (key: string) => key is TextKey;
  count: (count: number | bigint) => string;
  percent: (share: number) => string;
  /** Exact, with the currency's own decimals; `plus` signs positive amounts too. */
  money: (money: Money, plus?: boolean) => string;
  /** Two largest units: "3 d 4 h", "45 min"; negative spans are none. */
  duration: (ms: number) => string;
  /** A calendar day YYYY-MM-DD in words. */
  day: (day: string) => string;
  /** An instant with its zone, for places where Slack draws no date tokens. */
  instant: (at: Date, timeZone: string) => string;
  /** Slack's date token for mrkdwn: drawn in the reader's own zone; the fallback names ours. docs.slack.dev/messaging/formatting-message-text */
  slackDate: (at: Date, timeZone: string) => string;
}

type Catalogue = { readonly [name: string]: string | Catalogue };
const CATALOGUES: Record<Locale, ReadonlyMap<string, string>> = { en: flatten(en), tr: flatten(tr) };
const made = new Map<Locale, Texts>();

/** Leaf path to text; a name may hold dots itself ("R19.pending"), so a text and its variants can stand side by side. */
function flatten(node: Catalogue, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(node).flatMap(([name, value]) =>
      typeof value === 'string'
        ? [[`${prefix}${name}`, value] as [string, string]]
        : [...flatten(value, `${prefix}${name}.`)],
    ),
  );
}

/** The texts of one language; made once, parsed messages are kept (parsing costs 100 µs, formatting 3 µs). */
export function makeTexts(locale: Locale): Texts {
  const known = made.get(locale);
  if (known !== undefined) return known;
  const catalogue = CATALOGUES[locale];
  const parsed = new Map<string, IntlMessageFormat>();
  const t = (key: TextKey, args: TextArguments = {}): string => {
    let message = parsed.get(key);
    if (message === undefined) {
      const text = catalogue.get(key);
      assert(text !== undefined, `no text ${key} in ${locale}`);
      message = new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
      parsed.set(key, message);
    }
    return String(message.format(args));
  };
  const texts: Texts = {
    locale,
    t,
    has: (key): key is TextKey => catalogue.has(key),
    count: (count) => formatCount(locale, count),
    percent: (share) => formatPercent(locale, share),
    money: (money, plus) => formatMoney(locale, money, plus),
    duration: (ms) => duration(t, ms),
    day: (day) => formatDay(locale, day),
    instant: (at, timeZone) => formatInstant(locale, at, timeZone),
    slackDate: (at, timeZone) =>
      `<!date^${Math.floor(at.getTime() / 1000)}^{date_short_pretty} {time}|${formatInstant(locale, at, timeZone)}>`,
  };
  made.set(locale, texts);
  return texts;
}

function duration(t: Texts['t'], ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return t('time.moments');
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days > 0) return hours > 0 ? t('time.days_hours', { days, hours }) : t('time.days', { days });
  if (hours > 0) {
    return rest > 0 ? t('time.hours_minutes', { hours, minutes: rest }) : t('time.hours', { hours });
  }
  return t('time.minutes', { minutes });
}
