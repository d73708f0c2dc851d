import { describe, expect, it } from 'vitest';
import { renderFullScan } from '../../blocks/full-scan.ts';
import { renderOpening } from '../../blocks/opening.ts';
import { renderDigest } from '../../blocks/reconciliation.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { LOCALES } from '../../src/texts.ts';
import { DIGESTS, FULL_SCANS, OPENINGS, makeDigest, makeFinding, quietTotals } from './models.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';

const ENGLISH = { locale: 'en', previousPermalink: null, permalink: () => null } as const;
const TURKISH = { locale: 'tr', previousPermalink: null, permalink: () => null } as const;
const linked = ({ channelId, ts }: { channelId: string; ts: string }) =>
  `https://example.slack.com/archives/${channelId}/p${ts.replace('.', '')}`;
const MOVED = 'https://example.slack.com/archives/C1/p1768456500000000?thread_ts=1&cid=C1';

describe.each(LOCALES)('a digest in %s', (locale) => {
  it.each(Object.keys(DIGESTS))('looks as agreed: %s', async (name) => {
    const content = renderDigest(DIGESTS[name]!, { locale, previousPermalink: null, permalink: linked });
    expect(validateMessageBlocks(content.blocks)).toEqual([]);
    await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(
      `golden/digest-${name}.${locale}.json`,
    );
  });

  it.each(Object.keys(FULL_SCANS))('a full scan looks as agreed: %s', async (name) => {
    const content = renderFullScan(FULL_SCANS[name]!, {
      locale,
      previousPermalink: null,
      permalink: () => null,
    });
    expect(validateMessageBlocks(content.blocks)).toEqual([]);
    expect(textObjects(content).flatMap(({ text }) => liveMarkup(text))).toEqual([]);
    await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(
      `golden/full-scan-${name}.${locale}.json`,
    );
  });

  it('looks as agreed: posted anew, with a link', async () => {
    const content = renderDigest(DIGESTS['agrees']!, {
      locale,
      previousPermalink: MOVED,
      permalink: () => null,
    });
    expect(validateMessageBlocks(content.blocks)).toEqual([]);
    expect(textObjects(content).flatMap(({ text }) => liveMarkup(text))).toEqual([]);
    await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(
      `golden/digest-moved.${locale}.json`,
    );
  });

  it.each(Object.keys(OPENINGS))('looks as agreed: %s', async (name) => {
    const content = renderOpening(OPENINGS[name]!, {
      locale,
      previousPermalink: null,
      permalink: () => null,
    });
    expect(validateMessageBlocks(content.blocks)).toEqual([]);
    await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(
      `golden/${name}.${locale}.json`,
    );
  });
});

describe('a digest', () => {
  it('says in its headline that everything agrees', () => {
    expect(renderDigest(makeDigest(), ENGLISH).text).toMatch(/^✅ Mutabık: everything agrees\n/);
  });

  it.each([
    ['a rule was not run', { rulesNotRun: [{ rule: 'R24', reason: 'view_missing:webhook_events' }] }],
    [
      'an account is unknown',
      { totals: quietTotals({ accounts: { scanned: 2, clean: 1, drifted: 0, unknown: 1, skipped: 0 } }) },
    ],
    [
      'an account was skipped',
      { totals: quietTotals({ accounts: { scanned: 2, clean: 1, drifted: 0, unknown: 0, skipped: 1 } }) },
    ],
    ['there are no totals', { totals: null }],
  ])('never says that all agrees when %s', (_, changes) => {
    const content = renderDigest(makeDigest(changes), ENGLISH);
    expect(content.text).toMatch(/not everything was checked/);
    expect(allText(content)).not.toMatch(/everything agrees|✅/);
  });

  it('names the classes and the value at risk', () => {
    const { text } = renderDigest(DIGESTS['breaks']!, ENGLISH);
    // 82.30 + 4,012.39 + 50.00
    expect(text).toMatch(/^🔺 Mutabık: 2 HIGH · 210 MED · 1 LOW · \$4,144\.69 at risk\n/);
  });

  it('names rules that were not run and why', () => {
    const text = allText(renderDigest(DIGESTS['breaks']!, ENGLISH));
    expect(text).toContain('R24 Webhook for an unknown transaction: the view `webhook_events` is missing');
    expect(text).toContain('R01 Wallet differs from the ledger: 12 wallets have no baseline');
  });

  it('shows a reason of another version as it is', () => {
    const content = renderDigest(makeDigest({ rulesNotRun: [{ rule: 'R99', reason: 'odd:x' }] }), ENGLISH);
    expect(allText(content)).toContain('`odd:x`');
  });

  it('shows evidence of another version by its key', () => {
    const worst = [
      makeFinding({ evidence: { key: 'R99.odd', args: {} } }),
      makeFinding({ evidence: { key: 'R21', args: {} } }),
    ];
    const text = allText(renderDigest(makeDigest({ worst }), ENGLISH));
    expect(text).toContain('`R99.odd`');
    expect(text).toContain('`R21`');
  });

  it('signs a drift and keeps every minor unit', () => {
    const text = allText(renderDigest(DIGESTS['breaks']!, TURKISH));
    expect(text).toContain('Cüzdan eksi defter: kullanılabilir +0,01 ₺, blokeli -1.234,56 ₺');
  });

  it('shows where the volume went, exactly', () => {
    const text = allText(renderDigest(makeDigest(), ENGLISH));
    expect(text).toContain(
      '*Deposits* 415 (▲ up 5.9%, 392 before): ₺123,456,789.00 ▲ 3.7% · KWD 1,234.567 ▲ new',
    );
    expect(text).toContain('¥1,200,000 =');
  });

  it('takes ages at the moment of observation', () => {
    const text = allText(renderDigest(makeDigest({ worst: [makeFinding()] }), ENGLISH));
    expect(text).toContain('3 d 4 h old');
  });

  it('masks accounts and shows no more than eight', () => {
    const worst = Array.from({ length: 20 }, () => makeFinding());
    const text = allText(renderDigest(makeDigest({ worst }), ENGLISH));
    expect(text).not.toContain('acc-000042');
    expect(text.match(/`••0042`/g)).toHaveLength(8);
  });

  it('says that times are in the business zone', () => {
    const { text } = renderDigest(makeDigest(), ENGLISH);
    expect(text).toContain('15 Jan 2026, 08:55 GMT+3');
    expect(allText(renderDigest(makeDigest(), ENGLISH))).toContain('days in `Europe/Istanbul`');
  });

  it('carries the audit head whole', () => {
    const auditHead = 'a'.repeat(300);
    expect(allText(renderDigest(makeDigest({ auditHead }), ENGLISH))).toContain(`\`${auditHead}\``);
  });
});

describe('a payout in a digest', () => {
  const digest = DIGESTS['payouts']!;
  const buttonsOf = (content: object) =>
    [...JSON.stringify(content).matchAll(/"action_id":"(payouts\.\w+|findings\.review)"/g)].map(
      ([, id]) => id,
    );

  it('has the one button that its alert would have', () => {
    const { blocks } = renderDigest(digest, ENGLISH);
    // Retry is offered; an operation is under way; Retry without an alert; over; stuck.
    expect(buttonsOf(blocks)).toEqual([
      'payouts.retry',
      'findings.review',
      'payouts.retry',
      'findings.review',
      'payouts.recheck',
    ]);
  });

  it('is one line that links to its alert', () => {
    const { blocks } = renderDigest(digest, { ...ENGLISH, permalink: linked });
    const line = textObjects({ text: '', blocks }).find(({ text }) => text.includes('its alert'));
    expect(line?.text.split('\n')).toHaveLength(1);
    expect(line?.text).toContain(
      '<https://example.slack.com/archives/C0ALERTS1/p1768456500000100|its alert>',
    );
  });

  it('says before a retry what it moves', () => {
    const text = JSON.stringify(renderDigest(digest, ENGLISH).blocks);
    expect(text).toContain('$120.00 to account ••0042 through kuzey-pay');
  });
});

describe('a full scan', () => {
  it('never says that all agrees while an account is missing', () => {
    const text = allText(renderFullScan(FULL_SCANS['not_all']!, ENGLISH));
    expect(text).toContain('99.9%');
    expect(text).not.toMatch(/every wallet agrees|✅|100/);
  });

  it('says that it waits for a daily run', () => {
    expect(renderFullScan(FULL_SCANS['waits']!, ENGLISH).text).toMatch(/waits for the daily run/);
  });
});
