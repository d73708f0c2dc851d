/** Money is an integer number of minor units with its currency's ISO 4217 exponent; never a float. */
export interface Money {
  minor: bigint;
  currency: string;
}

const TWO_DECIMALS =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW ' +
  'CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS ' +
  'INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN ' +
  'NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC ' +
  'SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG';
const NO_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND';
const FOUR_DECIMALS = 'CLF UYW';

/** ISO 4217: alphabetic code to the number of decimals of its minor unit. Codes without minor unit (XAU, XXX) are left out. */
export const CURRENCY_EXPONENTS: ReadonlyMap<string, number> = new Map(
  [NO_DECIMALS, '', TWO_DECIMALS, THREE_DECIMALS, FOUR_DECIMALS].flatMap((codes, exponent) =>
    codes
      .split(' ')
      .filter(Boolean)
      .map((code): [string, number] => [code, exponent]),
  ),
);

/** The number of decimals of a currency; undefined for a code we do not know (never a guess of two). */
export function exponentOf(currency: string): number | undefined {
  return CURRENCY_EXPONENTS.get(currency);
}

/**
 * The exact minor units of a decimal string such as "1234.50" (major units, as numeric columns give them).
 * Undefined when it is not a decimal number, has more decimals than the currency, or the currency is unknown.
 */
export function parseMoney(decimal: string, currency: string): Money | undefined {
  const exponent = exponentOf(currency);
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal);
  if (exponent === undefined || match === null) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const kept = fraction.slice(0, exponent).padEnd(exponent, '0');
  if (/[^0]/.test(fraction.slice(exponent))) return undefined;
  const magnitude = BigInt(`${whole}${kept}`);
  return { minor: sign === '-' ? -magnitude : magnitude, currency };
}

/** The decimal string of minor units in major units: 123450 USD is "1234.50", 5 KWD is "0.005", 7 JPY is "7". */
export function toDecimal(money: Money): string {
  const exponent = exponentOf(money.currency) ?? 0;
  const negative = money.minor < 0n;
  const digits = (negative ? -money.minor : money.minor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent);
  return `${negative ? '-' : ''}${whole}${exponent === 0 ? '' : `.${fraction}`}`;
}
