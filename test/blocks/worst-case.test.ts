import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderFullScan } from '../../blocks/full-scan.ts';
import { renderOpening } from '../../blocks/opening.ts';
import { renderDigest } from '../../blocks/reconciliation.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { EVIDENCE_ARGUMENTS } from '../../src/findings/evidence.ts';
import type { AccountId, TenantId } from '../../src/ids.ts';
import { CURRENCY_EXPONENTS } from '../../src/money.ts';
import type { MessageContent } from '../../src/ports.ts';
import {
  TRANSACTION_KINDS,
  type ClassTotals,
  type DigestModel,
  type OpeningModel,
} from '../../src/reconciliation/types.ts';
import { LOCALES } from '../../src/texts.ts';
import { argumentsOf } from './evidence-arguments.ts';
import { makeDigest, makeFinding, makePayout, quietTotals } from './models.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';

const LARGEST = 999_999_999_999_999_999n;
const LATER = new Date('2026-02-01T00:00:00Z');
const CURRENCIES = [...CURRENCY_EXPONENTS.keys()];

function largestClass(): ClassTotals {
  return {
    count: 9_999,
    perCurrency: CURRENCIES.map((currency) => ({ currency, amountMinor: LARGEST })),
    reportingMinor: LARGEST,
    withoutRate: 9_999,
  };
}

/** All at once: 10,000 findings, every currency, every foreign place filled with `foreign`. */
function hostileDigest(foreign: string): DigestModel {
  const keys = Object.keys(EVIDENCE_ARGUMENTS) as (keyof typeof EVIDENCE_ARGUMENTS)[];
  const totals = quietTotals({
    volume: TRANSACTION_KINDS.flatMap((kind) =>
      CURRENCIES.map((currency) => ({
        kind,
        currency,
        count: 1_000_000,
        countBefore: 1,
        amountMinor: LARGEST,
        amountMinorBefore: -1n,
      })),
    ),
    classes: { HIGH: largestClass(), MED: largestClass(), LOW: largestClass() },
    opening: largestClass(),
    accounts: { scanned: 1e9, clean: 1, drifted: 1e9, unknown: 1e9, skipped: 1e9 },
  });
  const payouts = [
    null,
    makePayout({ offersRetry: true }),
    makePayout({
      canPress: false,
      operation: { action: 'retry', state: 'unknown', by: `person:${foreign}`, at: LATER },
      message: { channelId: foreign, ts: foreign },
    }),
  ];
  const worst = keys.map((key) =>
    makeFinding({
      rule: key.slice(0, 3),
      tenantId: foreign as TenantId,
      subject: { kind: 'transaction', id: foreign },
      accountId: foreign as AccountId,
      amountMinor: LARGEST,
      amountReportingMinor: LARGEST,
      currency: foreign,
      evidence: { key, args: argumentsOf(key, foreign) },
      owner: foreign,
      payout: payouts[keys.indexOf(key) % payouts.length]!,
      state: (['open', 'accepted', 'resolved'] as const)[keys.indexOf(key) % 3]!,
      acceptedUntil: LATER,
      closed: { by: `person:${foreign}`, at: LATER, reason: foreign },
      grouped: keys.map((other) => ({ id: other, rule: foreign + other.slice(0, 3) })),
    }),
  );
  const rulesNotRun = keys.map((key) => ({ rule: key.slice(0, 3), reason: `view_missing:${foreign}` }));
  return makeDigest(
    {
      totals,
      worst,
      more: 9_992,
      progress: { total: 10_000, closed: 1, accepted: 9_998, assigned: 1 },
      rulesNotRun,
      auditHead: foreign,
      timeZone: 'America/Argentina/ComodRivadavia',
    },
    { state: 'partial', error: foreign },
  );
}

function hostileAdoption(foreign: string): OpeningModel['adoption'] {
  const at = LATER;
  return {
    waiting: 10_000,
    set: 'a'.repeat(64),
    first: { by: foreign, at },
    last: { count: 10_000, by: [foreign, `person:${foreign}`], at },
  };
}

function expectSound(content: MessageContent): void {
  expect(validateMessageBlocks(content.blocks)).toEqual([]);
  expect(content.blocks.length).toBeLessThanOrEqual(50);
  expect(content.text.length).toBeLessThan(3_500);
  const markups = textObjects(content).filter(({ type }) => type === 'mrkdwn');
  for (const text of [content.text, ...markups.map(({ text: markup }) => markup)]) {
    expect(liveMarkup(text)).toEqual([]);
    expect(text).not.toMatch(/[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u);
  }
  for (const { text } of markups) expect(text.split('`').length % 2).toBe(1);
}

describe.each(LOCALES)('the worst case in %s', (locale) => {
  const context = {
    locale,
    previousPermalink: 'https://example.slack.com/archives/C1/p1?thread_ts=1&cid=2',
    permalink: ({ channelId, ts }: { channelId: string; ts: string }) =>
      `https://example.slack.com/archives/${channelId}/p${ts}`,
  };

  it.each([
    ['nothing', ''],
    ['4,000 letters', 'a'.repeat(4_000)],
    ['4,000 ampersands', '&'.repeat(4_000)],
    ['4,000 backticks', '`'.repeat(4_000)],
    ['4,000 emoji', '👩‍💻'.repeat(1_000)],
    ['half an emoji', `${'x'.repeat(79)}\uD83D`],
    ['a broadcast', '<!channel> <!here> @channel'],
    ['a date token', '<!date^0^{date}|x>'],
  ])('is valid with %s in every foreign place', (_, foreign) => {
    const model = hostileDigest(foreign);
    for (let from = 0; from < model.worst.length; from += 8) {
      expectSound(renderDigest({ ...model, worst: model.worst.slice(from, from + 8) }, context));
    }
    expectSound(renderOpening({ ...model, adoption: hostileAdoption(foreign) }, context));
    const scan = { expected: 1e12, scanned: 1e12, pages: 1e9, suspects: 1e9, tookMs: 1e12, waits: true };
    expectSound(renderFullScan({ ...model, scan }, context));
    expectSound(renderFullScan({ ...model, totals: null, scan }, context));
  });

  it('shows an amount of 18 digits to the last one', () => {
    const totals = quietTotals({
      classes: {
        ...quietTotals().classes,
        HIGH: {
          count: 1,
          perCurrency: [{ currency: 'KWD', amountMinor: LARGEST }],
          reportingMinor: LARGEST,
          withoutRate: 0,
        },
      },
    });
    const text = allText(renderDigest(makeDigest({ totals }), context));
    expect(text).toContain(locale === 'en' ? 'KWD 999,999,999,999,999.999' : '999.999.999.999.999,999 KWD');
    expect(text).toContain(locale === 'en' ? '$9,999,999,999,999,999.99' : '9.999.999.999.999.999,99 $');
  });
});

it('any text in every foreign place stays dead', () => {
  // fast-check's own strings of any code points take five seconds to set up.
  const codePoints = fc.array(fc.nat(0x10ffff)).map((points) => String.fromCodePoint(...points));
  const codeUnits = fc
    .array(fc.nat(0xffff), { maxLength: 200 })
    .map((units) => String.fromCharCode(...units));
  const control = fc
    .array(
      fc.constantFrom('<', '>', '&', '`', '!', '@', '|', '^', '#', '\n', '*', '\u202E', '\u200B', 'channel'),
      { maxLength: 120 },
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(codeUnits, control, codePoints), fc.nat(4), (foreign, page) => {
      const model = hostileDigest(foreign);
      const worst = model.worst.slice(page * 8, page * 8 + 8);
      expectSound(
        renderDigest(
          { ...model, worst },
          { locale: 'tr', previousPermalink: foreign, permalink: () => null },
        ),
      );
    }),
    { numRuns: 60 },
  );
});
