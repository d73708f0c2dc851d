import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitMinor, makeRates, toReporting } from '../../src/finance/rates.ts';

const rates = makeRates('USD', [
  { currency: 'TRY', rate: '0.0231' },
  { currency: 'KWD', rate: '3.2475' },
  { currency: 'JPY', rate: '0.00635' },
  { currency: 'EUR', rate: '0' },
  { currency: 'ABC', rate: '2' },
]);

test.each([
  [100_000n, 'USD', 100_000n],
  // 1,000.00 TRY at 0.0231 is 23.10
  [100_000n, 'TRY', 2_310n],
  // Three decimals: 1.000 KWD is 3.2475, half up to 3.25
  [1_000n, 'KWD', 325n],
  // No decimals: 10,000 JPY is 63.50
  [10_000n, 'JPY', 6_350n],
  // 0.20 TRY is 0.00462, 0.22 TRY is 0.005082
  [20n, 'TRY', 0n],
  [22n, 'TRY', 1n],
  [-1_000n, 'KWD', -325n],
  [123_456_789_012_345_678n, 'TRY', 2_851_851_826_185_185n],
])('%s minor %s is %s cents', (minor, currency, expected) => {
  expect(toReporting(minor, currency, rates)).toBe(expected);
});

test('no rate, a zero rate and an unknown currency are unknown', () => {
  expect(toReporting(1n, 'GBP', rates)).toBeNull();
  expect(toReporting(1n, 'EUR', rates)).toBeNull();
  expect(toReporting(1n, 'ABC', rates)).toBeNull();
});

test('conversion is symmetric in sign and monotone', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 18n });
  fc.assert(
    fc.property(amount, amount, fc.constantFrom('TRY', 'KWD', 'JPY'), (a, b, currency) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const convert = (minor: bigint) => toReporting(minor, currency, rates) ?? -1n;
      expect(convert(-a)).toBe(-convert(a));
      expect(convert(low) <= convert(high)).toBe(true);
    }),
  );
});

test('limits are read exactly and rounded up', () => {
  expect(limitMinor('1000', 'USD')).toBe(100_000n);
  expect(limitMinor('10.5', 'KWD')).toBe(10_500n);
  expect(limitMinor('10.5', 'JPY')).toBe(11n);
});
