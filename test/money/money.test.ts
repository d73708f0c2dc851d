import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CURRENCY_EXPONENTS, parseMoney, toDecimal } from '../../src/money.ts';
import { makeTexts } from '../../src/texts.ts';

describe('money in words', () => {
  it.each([
    [123_456n, 'TRY', '₺1,234.56', '1.234,56 ₺'],
    [-123_456n, 'TRY', '-₺1,234.56', '-1.234,56 ₺'],
    [1n, 'TRY', '₺0.01', '0,01 ₺'],
    [0n, 'EUR', '€0.00', '0,00 €'],
    [123_456n, 'USD', '$1,234.56', '1.234,56 $'],
    [1_234n, 'KWD', 'KWD 1.234', '1,234 KWD'],
    [-5n, 'KWD', '-KWD 0.005', '-0,005 KWD'],
    [1_234_567n, 'JPY', '¥1,234,567', '1.234.567 ¥'],
    [7n, 'CLF', 'CLF 0.0007', '0,0007 CLF'],
    [100n, 'CAD', 'CA$1.00', '1,00 CA$'],
    [999_999_999_999_999_999n, 'USD', '$9,999,999,999,999,999.99', '9.999.999.999.999.999,99 $'],
    [-999_999_999_999_999_999n, 'JPY', '-¥999,999,999,999,999,999', '-999.999.999.999.999.999 ¥'],
    [999_999_999_999_999_999n, 'KWD', 'KWD 999,999,999,999,999.999', '999.999.999.999.999,999 KWD'],
    [
      123_456_789_012_345_678_901_234_567_890n,
      'TRY',
      '₺1,234,567,890,123,456,789,012,345,678.90',
      '1.234.567.890.123.456.789.012.345.678,90 ₺',
    ],
  ])('%s %s is %s and %s', (minor, currency, english, turkish) => {
    expect(makeTexts('en').money({ minor, currency })).toBe(english);
    expect(makeTexts('tr').money({ minor, currency })).toBe(turkish);
  });

  it('signs a difference upwards, and only if there is one', () => {
    const { money } = makeTexts('tr');
    expect(money({ minor: 1n, currency: 'TRY' }, true)).toBe('+0,01 ₺');
    expect(money({ minor: 0n, currency: 'TRY' }, true)).toBe('0,00 ₺');
  });

  it.each([
    ['XXX', 'XXX 5'],
    ['<!channel>', 'channel 5'],
    ['', '? 5'],
  ])('shows an unknown currency %j as its letters', (currency, shown) => {
    expect(makeTexts('en').money({ minor: 5n, currency })).toBe(shown);
  });

  it('keeps every digit of every currency', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.constantFrom(...CURRENCY_EXPONENTS.keys()), (minor, currency) => {
        for (const locale of ['en', 'tr'] as const) {
          const digits = makeTexts(locale).money({ minor, currency }).replaceAll(/[^\d]/g, '');
          expect(BigInt(digits)).toBe(minor < 0n ? -minor : minor);
        }
      }),
    );
  });
});

describe('decimal strings', () => {
  it('come back as the same minor units', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.constantFrom(...CURRENCY_EXPONENTS.keys()), (minor, currency) => {
        expect(parseMoney(toDecimal({ minor, currency }), currency)).toEqual({ minor, currency });
      }),
    );
  });

  it.each([
    ['1234.5', 'USD', 123_450n],
    ['-0.005', 'KWD', -5n],
    ['7', 'JPY', 7n],
    ['7.00', 'JPY', 7n],
    ['0.010000', 'TRY', 1n],
    ['123456789012345678.91', 'TRY', 12_345_678_901_234_567_891n],
  ])('%s %s is %s minor units', (decimal, currency, minor) => {
    expect(parseMoney(decimal, currency)).toEqual({ minor, currency });
  });

  it.each([
    ['0.001', 'USD'],
    ['7.5', 'JPY'],
    ['1e3', 'USD'],
    ['1,5', 'USD'],
    ['', 'USD'],
    ['.5', 'USD'],
    ['NaN', 'USD'],
    ['1', 'XXX'],
    ['1', 'usd'],
  ])('%j %s is no amount', (decimal, currency) => {
    expect(parseMoney(decimal, currency)).toBeUndefined();
  });
});
