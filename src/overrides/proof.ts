import { AUDIT_PART, auditLineOf, HEAD_PART, headLineOf } from '../audit/bundle-chain.ts';
import { HEADER, makeBundle, type BundlePart } from '../audit/bundle.ts';
import type { SigningKey } from '../audit/keys.ts';
import { withReadSnapshot, type Pool } from '../database/pool.ts';
import type { Locale } from '../texts.ts';
import { renderProofPage } from './proof-page.ts';
import { readProof, type ProofRows } from './read-proof.ts';

export const PROOF_FORMAT = 'mutabik-override-bundle:v1';
/** Its parts, in their order. */
export const PROOF_PARTS = [
  HEADER,
  'request',
  'versions',
  'votes',
  'states',
  'operation',
  'platform',
  AUDIT_PART,
  HEAD_PART,
] as const;

export interface ProofOptions {
  /** Undefined: nothing is signed, and nothing proven. */
  key: SigningKey | undefined;
  now: Date;
  /** Of the page. */
  locale: Locale;
  timeZone: string;
}

export interface Proof {
  /** JSON Lines, signed. */
  bundle: string;
  /** Markdown: the same for people. */
  page: string;
}

/** The proof of one override as it stands, read in one snapshot. Throws not_found. */
export async function buildProof(pool: Pool, id: string, options: ProofOptions): Promise<Proof> {
  const rows = await withReadSnapshot(pool, (db) => readProof(db, id));
  return { bundle: bundleProof(rows, options), page: renderProofPage(rows, options) };
}

/** The rows of a proof, signed part by part. Pure. */
export function bundleProof(rows: ProofRows, { key, now }: Pick<ProofOptions, 'key' | 'now'>): string {
  const { head, message } = rows;
  const { state_before, state_after, ...request } = rows.override;
  const name = { format: PROOF_FORMAT, override: request.id };
  const lines: Record<(typeof PROOF_PARTS)[number], readonly object[]> = {
    header: [{ ...name, exportedAt: now }],
    request: [{ ...request, message }],
    versions: rows.versions,
    votes: rows.votes,
    states: [
      ...(state_before === null ? [] : [{ when: 'before', facts: state_before }]),
      ...(state_after === null ? [] : [{ when: 'after', facts: state_after }]),
    ],
    operation: rows.operations,
    platform: rows.calls,
    audit: rows.log.map(({ row, concerns }) => auditLineOf(row, concerns)),
    head: [headLineOf(head, key)],
  };
  const parts = PROOF_PARTS.map((part): BundlePart => ({ part, lines: lines[part] }));
  return makeBundle({ name, parts, head: { seq: String(head.seq), hash: head.hash }, key });
}
