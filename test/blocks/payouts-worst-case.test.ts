import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderPayout } from '../../blocks/payouts.ts';
import { renderNotKnown } from '../../blocks/payouts-answers.ts';
import { renderPayoutDetail } from '../../blocks/payouts-detail.ts';
import { renderPayoutGroup } from '../../blocks/payouts-group.ts';
import { renderPayoutList } from '../../blocks/payouts-list.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import { CURRENCY_EXPONENTS } from '../../src/money.ts';
import { FURTHER_REASONS, NOT_SAFE_REASONS, OFFER_REASONS } from '../../src/operations/retry-safe.ts';
import type { Operation } from '../../src/operations/types.ts';
import type { Payout, PayoutModel } from '../../src/payouts/types.ts';
import { LOCALES, makeTexts, type Texts } from '../../src/texts.ts';
import { listed, makeGroup, makePayoutList } from './payouts-list-models.ts';
import { attempt, makeDetail, makeModel, operation, PROOF, SENT, UNKNOWN } from './payouts-models.ts';
import { liveMarkup, textObjects } from './reading.ts';

const LARGEST = 999_999_999_999_999_999n;
/** Slack's limit of a whole view, in bytes. docs.slack.dev/reference/methods/views.open */
const VIEW_BYTES = 250_000;
const REASONS = [...NOT_SAFE_REASONS, ...FURTHER_REASONS, ...OFFER_REASONS];

function hostilePayout(foreign: string, changes: Partial<Payout>): Partial<Payout> {
  return {
    tenantId: foreign,
    transactionId: foreign,
    accountId: foreign,
    provider: foreign,
    currency: foreign,
    amountMinor: LARGEST,
    amountReportingMinor: LARGEST,
    paymentState: foreign,
    rule: foreign,
    class: 'HIGH',
    errorCode: foreign,
    attempts: Array.from({ length: 30 }, () =>
      attempt({
        attemptId: foreign,
        status: foreign,
        provider: foreign,
        reference: foreign,
        errorCode: foreign,
      }),
    ),
    ...changes,
  };
}

function hostileOperation(foreign: string, changes: Partial<Operation>): Operation {
  const proof = {
    ...PROOF,
    state: foreign,
    attempts: Array.from({ length: 30 }, () => ({
      ...PROOF.attempts[0]!,
      attemptId: foreign,
      status: foreign,
    })),
  };
  return operation({ ...UNKNOWN, proof, requestedBy: foreign, doubtfulRefusal: foreign, ...changes });
}

function hostileModels(foreign: string): PayoutModel[] {
  const refusal = { by: 'platform', code: foreign, means: 'other', reasons: REASONS } as const;
  const last = hostileOperation(foreign, { ...SENT, state: 'refused', refusal });
  const finding = {
    id: 'f' as never,
    escalation: { id: 'e', state: 'acknowledged', level: 9, ackedBy: foreign as never, link: foreign },
  } as const;
  const standing = { open: hostileOperation(foreign, {}), last, nextIntentNo: 2_147_483_647 };
  const common = { tenantName: foreign, finding, maxAttempts: 9_999, proof: standing.open.proof };
  const free = { ...standing, open: null };
  return [
    makeModel(hostilePayout(foreign, { offersRetry: false, reasons: REASONS }), { ...common, standing }),
    makeModel(hostilePayout(foreign, { offersRetry: false, reasons: REASONS }), {
      ...common,
      standing: free,
    }),
    makeModel(hostilePayout(foreign, {}), {
      ...common,
      standing: free,
      finding: { ...finding, escalation: null },
    }),
    makeModel(hostilePayout(foreign, { state: 'over', overHow: 'moved' }), { ...common, standing: free }),
  ];
}

function expectDead(blocks: readonly object[], text = ''): void {
  const markups = textObjects({ text: '', blocks }).filter(({ type }) => type === 'mrkdwn');
  for (const shown of [text, ...markups.map((markup) => markup.text)]) {
    expect([shown, ...liveMarkup(shown)]).toEqual([shown]);
    expect(shown).not.toMatch(/[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u);
  }
  for (const markup of markups) expect(markup.text.split('`').length % 2).toBe(1);
}

function expectSound(foreign: string, texts: Texts): void {
  const context = { locale: texts.locale, previousPermalink: foreign, permalink: () => null };
  const models = hostileModels(foreign);
  const perCurrency = [...CURRENCY_EXPONENTS.keys(), foreign].map((currency) => ({
    currency,
    amountMinor: LARGEST,
    count: 9_999,
  }));
  const cause = { rule: foreign, provider: foreign, errorCode: foreign };
  const messages = [
    ...models.map((model) => renderPayout(model, context)),
    renderPayoutGroup(makeGroup({ perCurrency, total: 10_000 }, cause), context),
    renderPayoutGroup(makeGroup({ perCurrency, total: 10_000 }, { ...cause, state: 'over' }), context),
    renderNotKnown(foreign, texts, 'Europe/Istanbul'),
  ];
  for (const { blocks, text } of messages) {
    expect(validateMessageBlocks(blocks)).toEqual([]);
    expect(text.length).toBeLessThan(3_500);
    expectDead(blocks, text);
  }
  const history = Array.from({ length: 20 }, (_, index) => hostileOperation(foreign, { id: String(index) }));
  const many = Array.from({ length: 99 }, (_, index) => `${index}${foreign}`);
  const list = makePayoutList({
    payouts: Array.from({ length: 10 }, () =>
      listed({ ...hostilePayout(foreign, { offersRetry: false, reasons: REASONS }) }),
    ),
    filter: { provider: foreign, state: foreign, ageMinutes: 7, amountFrom: 7, tenant: foreign, group: null },
    count: 10_000,
    pages: 1_000,
    page: 500,
    perCurrency,
    choices: { providers: many, states: many, tenants: many.map((id) => ({ id, name: foreign })) },
  });
  const views = [
    ...models.map((model) =>
      renderPayoutDetail(makeDetail(model, { history }), texts, { channelId: 'C1', link: foreign }),
    ),
    ...(foreign.length > 200 ? [] : [renderPayoutList(list, texts, 'C1')]),
    renderPayoutList(
      { ...list, filter: { ...list.filter, provider: null, state: null, tenant: null } },
      texts,
      'C1',
    ),
  ];
  for (const view of views) {
    expect(validateView(view)).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(VIEW_BYTES);
    expectDead(view.blocks);
  }
}

describe.each(LOCALES)('the worst case in %s', (locale) => {
  it.each([
    ['nothing', ''],
    ['4,000 letters', 'a'.repeat(4_000)],
    ['4,000 ampersands', '&'.repeat(4_000)],
    ['4,000 backticks', '`'.repeat(4_000)],
    ['4,000 emoji', '👩‍💻'.repeat(1_000)],
    ['half an emoji', `${'x'.repeat(79)}\uD83D`],
    ['a broadcast', '<!channel> <!here> @channel'],
    ['a mention', 'U00000OPS1> <@U00000OPS1> *bold* ~gone~'],
    ['a link', 'https://evil.example|click'],
    ['any', '*'],
  ])('is valid and dead with %s in every foreign place', (_, foreign) => {
    expectSound(foreign, makeTexts(locale));
  });

  it('shows an amount of 18 digits to the last one', () => {
    const { text } = renderPayout(
      makeModel({ amountMinor: LARGEST, currency: 'KWD', amountReportingMinor: null }),
      { locale, previousPermalink: null, permalink: () => null },
    );
    expect(text).toContain(locale === 'en' ? 'KWD 999,999,999,999,999.999' : '999.999.999.999.999,999 KWD');
  });
});

it('any text in every foreign place stays dead', () => {
  const control = fc
    .array(
      fc.constantFrom('<', '>', '&', '`', '!', '@', '|', '^', '#', '\n', '*', '~', '\u202E', '\u200B', 'U1'),
      {
        maxLength: 120,
      },
    )
    .map((parts) => parts.join(''));
  const codeUnits = fc
    .array(fc.nat(0xffff), { maxLength: 200 })
    .map((units) => String.fromCharCode(...units));
  fc.assert(
    fc.property(fc.oneof(codeUnits, control), (foreign) => expectSound(foreign, makeTexts('tr'))),
    { numRuns: 20 },
  );
});
