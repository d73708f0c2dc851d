import { exponentOf } from '../money.ts';

/** An exact rate: `numerator / 10 ** scale` units of the reporting currency for one unit of the other. */
interface Rate {
  numerator: bigint;
  scale: number;
}

/** Rates into the reporting currency on one day; a currency that is missing has no known rate. */
export interface Rates {
  reportingCurrency: string;
  byCurrency: ReadonlyMap<string, Rate>;
}

/** Builds rates from decimal strings; what is no positive decimal number counts as unknown. */
export function makeRates(
  reportingCurrency: string,
  rows: readonly { currency: string; rate: string }[],
): Rates {
  const byCurrency = new Map<string, Rate>();
  for (const { currency, rate } of rows) {
    const match = /^(\d+)(?:\.(\d+))?$/.exec(rate);
    if (match === null) continue;
    const [, whole = '0', fraction = ''] = match;
    const numerator = BigInt(whole + fraction);
    if (numerator > 0n) byCurrency.set(currency, { numerator, scale: fraction.length });
  }
  byCurrency.set(reportingCurrency, { numerator: 1n, scale: 0 });
  return { reportingCurrency, byCurrency };
}

/**
 * Minor units of the reporting currency, exact, rounded half up (away from zero); null when the currency's rate or its
 * exponent is not known.
 */
export function toReporting(minor: bigint, currency: string, rates: Rates): bigint | null {
  const rate = rates.byCurrency.get(currency);
  const from = exponentOf(currency);
  const to = exponentOf(rates.reportingCurrency);
  if (rate === undefined || from === undefined || to === undefined) return null;
  const magnitude = minor < 0n ? -minor : minor;
  const dividend = magnitude * rate.numerator * 10n ** BigInt(to);
  const divisor = 10n ** BigInt(rate.scale + from);
  const rounded = (2n * dividend + divisor) / (2n * divisor);
  return minor < 0n ? -rounded : rounded;
}

/** A policy's decimal string in minor units of the reporting currency, rounded up: a limit is never lowered by rounding. */
export function limitMinor(decimal: string, reportingCurrency: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  const exponent = exponentOf(reportingCurrency) ?? 0;
  const kept = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
  return /[1-9]/.test(fraction.slice(exponent)) ? kept + 1n : kept;
}
