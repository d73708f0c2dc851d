import { expect, it } from 'vitest';
import { erasePersonal } from '../../src/audit/erase-personal.ts';
import { generateSigningKey, parseSigningKey } from '../../src/audit/keys.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { eraseWords } from '../../src/overrides/erase-words.ts';
import { loadOverride } from '../../src/overrides/load-model.ts';
import { buildProof } from '../../src/overrides/proof.ts';
import { requestProof } from '../../src/overrides/request-proof.ts';
import type { Override } from '../../src/overrides/types.ts';
import { verifyProof } from '../../src/overrides/verify-proof.ts';
import { useGround } from './ground.ts';

const ground = useGround();
const signingKey = parseSigningKey(generateSigningKey());
const WORDS = { reason: 'Elif called twice', ticket: 'FIN-12 of Elif', evidence: 'a letter by Elif' };
const TABLES = [
  'overrides',
  'override_versions',
  'override_votes',
  'override_notices',
  'override_proofs',
  'audit_personal',
];

async function seqsOf({ id }: Override, action: string): Promise<bigint[]> {
  const { rows } = await ground.ours.pool.query<{ seq: string }>(
    `select seq from audit_log where subject_kind = 'override' and subject_id = $1 and action = $2`,
    [id, action],
  );
  return rows.map(({ seq }) => BigInt(seq));
}

const erase = (seqs: readonly bigint[]) =>
  withTransaction(ground.ours.pool, (tx) =>
    erasePersonal(tx, ground.clock.now(), {
      seqs,
      actor: 'person:USEC',
      reason: 'asked by her',
      copies: [eraseWords],
    }),
  );

/** The tables in which a word still stands. */
async function holding(word: string): Promise<string[]> {
  const found: string[] = [];
  for (const table of TABLES) {
    const { rowCount } = await ground.ours.pool.query(
      `select from ${table} t where strpos(t::text, $1) > 0`,
      [word],
    );
    if (rowCount !== 0) found.push(table);
  }
  return found;
}

/** Asked for, approved by one, rejected with words, and given as a proof. */
async function rejected(): Promise<Override> {
  await ground.add('tx', { amount: '2000' });
  const override = await ground.asked('tx', WORDS);
  await ground.approve(override, 'UMAN1');
  await ground.reject(override, 'UMAN2', 'Elif has two accounts');
  const person = { userId: 'ULEAD1', locale: 'en' } as never;
  await requestProof({ ...ground.deps(), signingKey }, ground.clock.now(), {
    overrideId: override.id,
    person,
    requestId: `proof of ${override.id}`,
  });
  return override;
}

it('reaches what people wrote wherever overrides keep it, and leaves who decided what', async () => {
  const override = await rejected();
  expect(await holding('Elif')).toEqual(['overrides', 'override_votes', 'override_proofs', 'audit_personal']);
  const seqs = [
    ...(await seqsOf(override, 'override.requested')),
    ...(await seqsOf(override, 'override.rejected')),
  ];
  const before = await ground.votes(override);
  expect(await erase(seqs)).toBe(2);
  expect(await holding('Elif')).toEqual([]);
  expect(await ground.votes(override)).toEqual(before.map((vote) => ({ ...vote, reason: '' })));
  const { bundle } = await buildProof(ground.ours.pool, override.id, {
    key: signingKey,
    now: ground.clock.now(),
    locale: 'en',
    timeZone: 'Europe/Istanbul',
  });
  expect(verifyProof(Buffer.from(bundle), signingKey.publicKey)).toMatchObject({
    ok: true,
    votes: 2,
    rows: { erased: 2 },
  });
  expect(bundle).not.toContain('Elif');
});

it('erases what was asked for, and nothing beside it', async () => {
  const override = await rejected();
  const versions = async () => [await wanted('override'), await wanted('override_notice')];
  const shown = await versions();
  await erase(await seqsOf(override, 'override.rejected'));
  const model = await loadOverride(ground.ours.pool, override.id, ground.deps());
  expect(model).toMatchObject({ override: { ...WORDS, state: 'rejected', overReason: '' } });
  // Its messages show it anew.
  expect(await versions()).toEqual(shown.map((version) => version + 1));
});

it('finds what an earlier erasure left', async () => {
  const override = await rejected();
  const seqs = await seqsOf(override, 'override.requested');
  await ground.ours.pool.query('delete from audit_personal where seq = any($1)', [seqs]);
  expect(await erase(seqs)).toBe(0);
  expect(await ground.read(override)).toMatchObject({ reason: '', ticket: '', evidence: '' });
});

async function wanted(kind: string): Promise<number> {
  const { rows } = await ground.ours.pool.query<{ wanted_version: string }>(
    `select sum(wanted_version) as wanted_version from cards where kind = $1`,
    [kind],
  );
  return Number(rows[0]?.wanted_version);
}
