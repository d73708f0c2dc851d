import { beforeEach, describe, expect, test } from 'vitest';
import { generateSigningKey, parseSigningKey } from '../../src/audit/keys.ts';
import { withReadSnapshot } from '../../src/database/pool.ts';
import type { Exemption } from '../../src/exemptions/types.ts';
import { buildProof } from '../../src/overrides/proof.ts';
import { renderProofPage } from '../../src/overrides/proof-page.ts';
import { readProof } from '../../src/overrides/read-proof.ts';
import type { Override } from '../../src/overrides/types.ts';
import { verifyProof } from '../../src/overrides/verify-proof.ts';
import { LOCALES } from '../../src/texts.ts';
import { useExtensionGround } from './extension-ground.ts';

const ground = useExtensionGround();
const ZONE = 'Europe/Istanbul';
/** A Tuesday, 09:00 in Istanbul, four days before the deadline. */
const LATE = '2026-02-10T06:00:00Z';
let exemption: Exemption;

/** Opened on 15 January, until 14 February. */
beforeEach(async () => {
  exemption = await ground.open();
  ground.clock.set(LATE);
});

async function approved(override: Override, ...voters: string[]): Promise<void> {
  for (const voter of voters) expect(await ground.approve(override, voter)).toMatchObject({ ok: true });
}

describe('its proof', () => {
  const KEY = parseSigningKey(generateSigningKey());

  test('is whole by the public key alone', async () => {
    const override = await ground.moreOf(exemption);
    await approved(override, 'UMAN1', 'USEC1');
    await ground.runOnce(override);
    const options = { key: KEY, now: ground.clock.now(), locale: 'en', timeZone: ZONE } as const;
    const { bundle } = await buildProof(ground.ours.pool, override.id, options);
    expect(verifyProof(Buffer.from(bundle), KEY.publicKey)).toMatchObject({
      ok: true,
      override: override.id,
      versions: 1,
      votes: 2,
    });
    expect(bundle).toContain('"role":"security"');
  });

  test.each(LOCALES)('reads well in %s', async (locale) => {
    const override = await ground.moreOf(exemption, 21);
    await approved(override, 'UMAN1', 'USEC1');
    await ground.runOnce(override);
    const rows = await withReadSnapshot(ground.ours.pool, (db) => readProof(db, override.id));
    const now = ground.clock.now();
    const page = renderProofPage(rows, { key: KEY, now, locale, timeZone: ZONE });
    expect(page).toContain('Payment provider key');
    expect(page).toContain('2026-03-03');
    expect(page).not.toMatch(/undefined|null|\{\w+\}/);
  });
});
