import { hash as digest } from 'node:crypto';
import { z } from 'zod';
import { proveLog, type BundledRow } from '../audit/bundle-chain.ts';
import { broken, openBundle, type Opened, type OpenedBundle } from '../audit/bundle.ts';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { AuditHead } from '../audit/types.ts';
import { PROOF_FORMAT, PROOF_PARTS } from './proof.ts';

export interface ProvenOverride {
  ok: true;
  override: string;
  signedBy: OpenedBundle['signedBy'];
  /** Of the key that signed it. */
  fingerprint: string | null;
  versions: number;
  votes: number;
  /** The log's first and last row in it; null: none. */
  rows: { first: string; last: string; own: number; erased: number } | null;
  head: AuditHead;
}

const request = z.looseObject({ id: z.string(), version: z.int() });
const version = z.looseObject({
  override_id: z.string(),
  version: z.int(),
  request_hash: z.string(),
  terms: z.record(z.string(), z.unknown()),
});
const vote = z.looseObject({
  override_id: z.string(),
  version: z.int(),
  user_id: z.string(),
  vote: z.enum(['approve', 'reject']),
});
const voteData = z.looseObject({ version: z.int(), hash: z.string().optional() });
const WORD = { approve: 'override.approved_by', reject: 'override.rejected' } as const;

/**
 * Checks a bundle without a database: bytes and signature, the chain of the log, that every version's hash is that of
 * its terms, and that every vote belongs to a version and stands in the log. Names the first part that is wrong. Pure.
 */
export function verifyProof(
  bytes: Uint8Array,
  publicKey?: string,
): ProvenOverride | Extract<Opened, { ok: false }> {
  const opened = openBundle(bytes, publicKey);
  if (!opened.ok) return opened;
  const { manifest, lines, signedBy } = opened.bundle;
  const parts = manifest.parts.map(({ part }) => part);
  if (manifest.format !== PROOF_FORMAT || parts.join() !== PROOF_PARTS.join())
    return broken('manifest', 'parts_differ');
  const log = proveLog(opened.bundle);
  if (!log.ok) return log;
  const wrong = checkRequest(lines, manifest.override, log.rows);
  if (wrong !== undefined) return wrong;
  const { head, key } = manifest;
  const [first, last] = [log.rows.at(0)?.row.seq, log.rows.at(-1)?.row.seq];
  const own = log.rows.filter(({ concerns }) => concerns !== null).length;
  return {
    ok: true,
    override: manifest.override,
    signedBy,
    fingerprint: key,
    versions: lines.get('versions')?.length ?? 0,
    votes: lines.get('votes')?.length ?? 0,
    rows: first === undefined || last === undefined ? null : { first, last, own, erased: log.erased },
    head: { seq: BigInt(head.seq), hash: head.hash },
  };
}

function checkRequest(
  lines: OpenedBundle['lines'],
  id: string,
  rows: readonly BundledRow[],
): Extract<Opened, { ok: false }> | undefined {
  const requests = z.array(request).length(1).safeParse(lines.get('request'));
  if (!requests.success || requests.data[0]?.id !== id) return broken('request', 'line_unreadable');
  const versions = z.array(version).safeParse(lines.get('versions'));
  const inOrder =
    versions.success &&
    versions.data.length === requests.data[0].version &&
    versions.data.every((line, index) => line.override_id === id && line.version === index + 1);
  if (!inOrder) return broken('versions', 'line_unreadable');
  const bound = versions.data.every(
    ({ terms, request_hash }) => digest('sha256', canonicalJson(terms)) === request_hash,
  );
  if (!bound) return broken('versions', 'terms_differ');
  const stray = rows.some(
    ({ concerns, row }) =>
      (concerns === 'override') !== (row.subject_kind === 'override' && row.subject_id === id),
  );
  if (stray) return broken('audit', 'row_unmarked');
  const votes = z.array(vote).safeParse(lines.get('votes'));
  if (!votes.success) return broken('votes', 'line_unreadable');
  const count = versions.data.length;
  for (const line of votes.data) {
    if (line.override_id !== id || line.version < 1 || line.version > count)
      return broken('votes', 'vote_stray');
    const { request_hash } = versions.data[line.version - 1] ?? {};
    if (!rows.some((row) => logsVote(row, line, request_hash))) return broken('votes', 'vote_unlogged');
  }
  return undefined;
}

/** Does the row say that this vote was given, to this version and, where it approves, to these terms? */
function logsVote(
  { concerns, row }: BundledRow,
  given: z.infer<typeof vote>,
  requestHash: string | undefined,
): boolean {
  if (concerns !== 'override' || row.action !== WORD[given.vote]) return false;
  const data = voteData.safeParse(parseData(row.data)).data;
  return (
    row.actor === `person:${given.user_id}` &&
    data?.version === given.version &&
    (given.vote === 'reject' || data.hash === requestHash)
  );
}

function parseData(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
