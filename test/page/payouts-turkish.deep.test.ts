import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from '../support/checkout.ts';
import { openRealVisit, type RealVisit } from './real-visit.ts';

const folder = mkdtempSync(join(tmpdir(), 'mutabik-policy-'));
let visit: RealVisit;

beforeAll(async () => {
  const example = readFileSync(join(CHECKOUT, 'policy.example.yml'), 'utf8');
  const policy = example.replace(
    'ops-alerts: { slack: ops-alerts, locale: en }',
    'ops-alerts: { slack: ops-alerts, locale: tr }',
  );
  expect(policy).not.toBe(example);
  const file = join(folder, 'policy.yml');
  writeFileSync(file, policy);
  visit = await openRealVisit('ops-alerts', { POLICY_FILE: file });
  await visit.actAs('ops1');
}, 180_000);

afterAll(async () => {
  await visit?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const FAILED = { state: 'payout_failed', age: '10m' };

describe('payouts in the browser, in Turkish', () => {
  it('sends a failed payout again until it is paid', async () => {
    const { dialog, show, picture } = visit;
    const { id } = await visit.make({ ...FAILED, amount: '1250.00', currency: 'TRY', provider: 'kuzey-pay' });
    await visit.advance('5m');
    const card = visit.cardOf(id);
    await card.getByText('Yeniden denemek güvenli').waitFor();
    await show(card);
    await picture('tr-safe');
    await card.getByRole('button', { name: 'Yeniden dene' }).click();
    await dialog()
      .getByText(/1\.250,00 ₺, ••\w{4} hesabına, kuzey-pay üzerinden/)
      .waitFor();
    await picture('tr-confirm');
    await dialog().getByRole('button', { name: 'Yeniden gönder' }).click();
    await card.getByText('platform yeni bir deneme başlattı').waitFor();
    await card.getByText('Ödeme yeniden yolda').waitFor();
    await show(card);
    await picture('tr-way');
    await visit.advance('15m');
    await card.getByText(/^Ödendi: /).waitFor();
    expect(await card.locator('.line-through').first().textContent()).toContain('Ödeme başarısız');
    await show(card);
    await picture('tr-paid');
  });

  it('asks a silent provider again until it answers', async () => {
    const { show, picture } = visit;
    const made = { amount: '310.00', currency: 'EUR', provider: 'atlas-bank', state: 'processing' };
    const { id, attempt } = await visit.make({ ...made, age: '35m' });
    await visit.tell({ attempt, answer: 'silent' });
    await visit.advance('5m');
    const card = visit.cardOf(id);
    await card.getByText('Bilinmiyor: sağlayıcı yanıt vermedi').waitFor();
    await card.getByRole('button', { name: 'Yeniden sor' }).click();
    await card.getByText('sağlayıcıya 1 deneme soruldu').waitFor();
    await show(card);
    await picture('tr-unknown');
    await visit.tell({ attempt, answer: 'pending' });
    await card.getByRole('button', { name: 'Yeniden sor' }).click();
    await card.getByText('sağlayıcıya göre hâlâ beklemede').waitFor();
  });

  it('sends nothing when the payout has moved meanwhile', async () => {
    const { dialog, show, picture } = visit;
    const made = await visit.make({ ...FAILED, amount: '77.00', currency: 'USD', provider: 'mavi-wire' });
    await visit.advance('5m');
    const card = visit.cardOf(made.id);
    await card.getByRole('button', { name: 'Yeniden dene' }).waitFor();
    await visit.tell({ attempt: made.attempt, answer: 'succeed' });
    await card.getByRole('button', { name: 'Yeniden dene' }).click();
    await dialog().getByRole('button', { name: 'Yeniden gönder' }).click();
    await card.getByText('gönderilmedi, karar').waitFor();
    await card.getByText('artık güvenli değildi').waitFor();
    await show(card);
    await picture('tr-refused');
  });

  it('makes one message of six payouts', async () => {
    const { show, picture } = visit;
    for (const amount of ['11.00', '12.00', '13.00', '14.00', '15.00', '16.00'])
      await visit.make({ ...FAILED, amount, currency: 'KWD', provider: 'mavi-wire' });
    await visit.advance('5m');
    const card = visit.cardOf('Aynı nedenle 6 ödeme');
    await card.getByRole('button', { name: 'Listeyi göster' }).waitFor();
    await show(card);
    await picture('tr-group');
    expect(visit.complaints).toEqual([]);
  });
});
