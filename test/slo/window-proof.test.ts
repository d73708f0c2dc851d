import { beforeEach, describe, expect, test } from 'vitest';
import { generateSigningKey, parseSigningKey } from '../../src/audit/keys.ts';
import { withReadSnapshot } from '../../src/database/pool.ts';
import { buildProof } from '../../src/overrides/proof.ts';
import { renderProofPage } from '../../src/overrides/proof-page.ts';
import { readProof } from '../../src/overrides/read-proof.ts';
import type { Override } from '../../src/overrides/types.ts';
import { verifyProof } from '../../src/overrides/verify-proof.ts';
import type { LeftOut } from '../../src/slo/types.ts';
import { LOCALES } from '../../src/texts.ts';
import { LEAVE_OUT, useWindowGround } from './window-ground.ts';

const ground = useWindowGround();
const KEY = parseSigningKey(generateSigningKey());
const ZONE = 'Europe/Istanbul';
let window: LeftOut;
let override: Override;

beforeEach(async () => {
  window = await ground.writeOne();
  override = await ground.carriedOut(window, LEAVE_OUT, ['UMAN1']);
});

describe('the proof of a stretch that is left out', () => {
  test('is whole by the public key alone, and names it', async () => {
    const options = { key: KEY, now: ground.clock.now(), locale: 'en', timeZone: ZONE } as const;
    const { bundle } = await buildProof(ground.ours.pool, override.id, options);
    const proven = { ok: true, override: override.id, versions: 1, votes: 1 };
    expect(verifyProof(Buffer.from(bundle), KEY.publicKey)).toMatchObject(proven);
    const facts = [window.id, 'api-availability', '2026-01-15T04:10:00.000Z', '2026-01-15T04:55:00.000Z'];
    for (const words of facts) expect(bundle).toContain(words);
    const forged = bundle.replaceAll('2026-01-15T04:55:00.000Z', '2026-01-15T05:55:00.000Z');
    expect(verifyProof(Buffer.from(forged), KEY.publicKey)).toMatchObject({ ok: false });
  });

  test.each(LOCALES)('reads well in %s', async (locale) => {
    const rows = await withReadSnapshot(ground.ours.pool, (db) => readProof(db, override.id));
    const now = ground.clock.now();
    const page = renderProofPage(rows, { key: KEY, now, locale, timeZone: ZONE });
    const facts = [`LO-${window.number} api-availability`, window.note, '42300 / 45000', '0.955'];
    for (const words of facts) expect(page).toContain(words);
    expect(page).not.toMatch(/undefined|null|\{\w+\}|slo_window\./);
  });
});
