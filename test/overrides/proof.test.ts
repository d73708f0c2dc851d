import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { erasePersonal } from '../../src/audit/erase-personal.ts';
import { generateSigningKey, parseSigningKey } from '../../src/audit/keys.ts';
import { AUDIT_PART } from '../../src/audit/bundle-chain.ts';
import { makeBundle } from '../../src/audit/bundle.ts';
import { withReadSnapshot, withTransaction } from '../../src/database/pool.ts';
import { eraseWords } from '../../src/overrides/erase-words.ts';
import { buildProof, bundleProof, PROOF_PARTS } from '../../src/overrides/proof.ts';
import { renderProofPage } from '../../src/overrides/proof-page.ts';
import { readProof, type ProofRows } from '../../src/overrides/read-proof.ts';
import { hashTerms } from '../../src/overrides/terms.ts';
import { QUORUM_RULES, type TermChange } from '../../src/overrides/types.ts';
import { verifyProof } from '../../src/overrides/verify-proof.ts';
import { partOfEachByte } from '../audit/bundle-ground.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { foreign, NOW, storeOverride } from './proof-ground.ts';

const KEY = parseSigningKey(generateSigningKey());
const options = { key: KEY, now: NOW, locale: 'en', timeZone: 'Europe/Istanbul' } as const;
let ours: TestDatabase;
let id: string;
let rows: ProofRows;
let bundle: string;

beforeAll(async () => {
  ours = await createOurDatabase();
  await foreign(ours.pool, NOW);
  id = await storeOverride(ours.pool);
  await foreign(ours.pool, NOW);
  rows = await withReadSnapshot(ours.pool, (db) => readProof(db, id));
  ({ bundle } = await buildProof(ours.pool, id, options));
});
afterAll(() => ours.drop());

const said = (text: string | Uint8Array, key: string | undefined = KEY.publicKey) => {
  const outcome = verifyProof(typeof text === 'string' ? Buffer.from(text) : text, key);
  return outcome.ok ? 'whole' : `${outcome.part}: ${outcome.problem}`;
};
const lines = () =>
  bundle
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a proof is whole by the public key alone', () => {
  expect(verifyProof(Buffer.from(bundle), KEY.publicKey)).toMatchObject({
    ok: true,
    override: id,
    signedBy: 'given',
    fingerprint: KEY.fingerprint,
    versions: 1,
    votes: 2,
    rows: { first: '2', last: '7', own: 5, erased: 0 },
    head: { seq: 8n },
  });
});

test('its parts stand in their order', () => {
  const parts = lines().map(({ part }) => part);
  expect([...new Set(parts)]).toEqual([...PROOF_PARTS, 'manifest']);
  expect(parts).toEqual(parts.toSorted((a, b) => order(a) - order(b)));
});
const order = (part: unknown) => [...PROOF_PARTS, 'manifest'].indexOf(part as never);

test('it holds request, states, call and answer', () => {
  const of = (part: string) => lines().filter((line) => line['part'] === part);
  expect(of('request')).toMatchObject([{ id, ticket: 'OPS-7', amount_minor: '150050' }]);
  expect(of('states')).toMatchObject([
    { when: 'before', facts: { state: 'payout_failed' } },
    { when: 'after', facts: { state: 'paid' } },
  ]);
  expect(of('operation')).toMatchObject([{ idempotency_key: 'key-1' }]);
  expect(of('platform')).toMatchObject([{ body: '{"reason":"OPS-7"}', answer: '{"ok":true}' }]);
});

test('rows of others carry no personal text', () => {
  expect(bundle).not.toContain('Nobody else is to read this');
  expect(lines().filter(({ part, concerns }) => part === AUDIT_PART && concerns === null)).toHaveLength(1);
});

test('every byte changed is told, with its part', () => {
  const bytes = Buffer.from(bundle);
  const parts = partOfEachByte(bundle);
  const wrong: string[] = [];
  let tried = 0;
  for (const [index, part] of parts.entries()) {
    const was = bytes[index] ?? 0;
    if (was !== 0x0a && index % 2 === 1) continue;
    bytes[index] = was ^ (1 << (index % 8));
    const outcome = verifyProof(bytes, KEY.publicKey);
    if (outcome.ok || outcome.part !== part) wrong.push(`${index} of ${part}`);
    bytes[index] = was;
    tried += 1;
  }
  expect([wrong, tried > 4_000]).toEqual([[], true]);
}, 60_000);

/** Signed with the right key: what the app itself would have to lie about. */
describe('a signed lie', () => {
  const lie = (change: (rows: ProofRows) => Partial<ProofRows>) =>
    said(bundleProof({ ...rows, ...change(rows) }, options));

  test('terms that were not agreed to', () => {
    const changed = lie(({ versions }) => ({
      versions: versions.map((version) => ({ ...version, terms: { ...version.terms, amountMinor: '1' } })),
    }));
    expect(changed).toBe('versions: terms_differ');
  });

  test('a version left out', () => {
    expect(lie(() => ({ versions: [] }))).toBe('versions: line_unreadable');
  });

  test('a vote of a version that never was', () => {
    expect(lie(({ votes }) => ({ votes: votes.map((vote) => ({ ...vote, version: 2 })) }))).toBe(
      'votes: vote_stray',
    );
  });

  test('a vote that the log does not know', () => {
    expect(
      lie(({ votes }) => ({ votes: votes.map((vote) => ({ ...vote, user_id: 'UELSE' as never })) })),
    ).toBe('votes: vote_unlogged');
  });

  test('terms and hash changed together: nobody voted for these', () => {
    const terms = { ...rows.versions[0]!.terms, amountMinor: '1' };
    const versions = rows.versions.map((version) => ({ ...version, terms, request_hash: hashTerms(terms) }));
    expect(lie(() => ({ versions }))).toBe('votes: vote_unlogged');
  });

  test('a row of its own passed off as one of others', () => {
    expect(lie(({ log }) => ({ log: log.map((entry) => ({ ...entry, concerns: null })) }))).toBe(
      'audit: row_unmarked',
    );
  });

  test('a row left out', () => {
    expect(lie(({ log }) => ({ log: log.toSpliced(1, 1) }))).toBe('audit: gap');
  });

  test('parts left out', () => {
    const name = { format: 'mutabik-override-bundle:v1', override: id };
    const bare = makeBundle({ name, parts: [], head: { seq: '1', hash: 'ab'.repeat(32) }, key: KEY });
    expect(said(bare)).toBe('manifest: parts_differ');
  });
});

test('there is none of an override that never was', async () => {
  for (const wrong of [id.replace(/^./, 'f').replace(/.$/, '0'), 'x', ''])
    await expect(buildProof(ours.pool, wrong, options)).rejects.toMatchObject({ code: 'not_found' });
});

describe('the page', () => {
  test.each(['en', 'tr'] as const)('in %s tells the same, and nothing is markup', async (locale) => {
    const { page } = await buildProof(ours.pool, id, { ...options, locale });
    for (const word of ['OPS-7', 'tx\\_stuck', 'UM1', 'key-1', KEY.fingerprint, '    {"ok":true}'])
      expect(page).toContain(word);
    expect(page).toContain(rows.versions[0]?.request_hash);
    expect(page).not.toMatch(/^# başlık|<b>|[^\\]\[bağ|\*\*kalın/m);
    expect(page.match(/^# /gm)).toHaveLength(1);
  });

  test('every rule and every change has its words', () => {
    const all = rows.versions.map((version) => ({
      ...version,
      voided_at: NOW,
      changes: CHANGES.map((what) => ({ what, before: 'b', after: 'a' })),
      quorum: { ...version.quorum, rules: [...QUORUM_RULES], leads: 1 as const },
    }));
    for (const locale of ['en', 'tr'] as const) {
      const page = renderProofPage({ ...rows, versions: all }, { ...options, locale });
      expect(page).not.toMatch(/overrides\.|undefined/);
    }
  });

  test('a request that nobody has decided yet has one too', () => {
    const override = { ...rows.override, state: 'open' as const, over_at: null, state_before: null };
    const open = { ...rows, override, votes: [], calls: [], operations: [], log: [], message: null };
    expect(renderProofPage(open, options)).toContain('- **State:** waits for approval');
  });
});

// The last: what was written is gone for good.
test('an erased text is counted, and its row stays', async () => {
  const one = rows.log.find(({ row }) => row.action === 'override.requested');
  await withTransaction(ours.pool, (tx) =>
    erasePersonal(tx, NOW, {
      seqs: [BigInt(one?.row.seq ?? 0)],
      actor: 'cli:x',
      reason: 'asked',
      copies: [eraseWords],
    }),
  );
  const { bundle: later, page } = await buildProof(ours.pool, id, options);
  expect(verifyProof(Buffer.from(later), KEY.publicKey)).toMatchObject({
    ok: true,
    versions: 1,
    votes: 2,
    rows: { erased: 1 },
  });
  for (const text of [later, page]) expect(text).not.toMatch(/Dekont geldi|bank\.example/);
});

const CHANGES: TermChange['what'][] = [
  'state',
  'amount',
  'currency',
  'payee',
  'attempts',
  'operation',
  'condition',
  'gone',
];
