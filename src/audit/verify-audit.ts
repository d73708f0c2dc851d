import { withReadSnapshot, type Pool, type Queryable } from '../database/pool.ts';
import { fingerprintOf, parsePublicKey } from './keys.ts';
import { isSignedBy, parseHead, type KeptHead } from './head.ts';
import type { AuditProblem } from './problems.ts';
import { GENESIS, hashPersonal, hashRow, isSalt, PERSONAL_ERASED } from './rules.ts';
import {
  findStrayPersonal,
  hasRowBeforeFirst,
  readHead,
  readKeys,
  readPage,
  type StoredRow,
} from './store.ts';
import type { AuditHead } from './types.ts';

export interface VerifyOptions {
  /** A head that somebody kept, from a digest: proves that nothing up to it was cut off or rewritten. */
  head?: string;
  /** The public key of that head (PEM or base64); by default the one kept in the database, which weighs less. */
  publicKey?: string;
  /** Rows checked so far, after each page. */
  onProgress?: (rows: number) => void;
}

export type Verification =
  | { state: 'whole'; rows: number; head: AuditHead }
  /** Everything agrees, but without a kept head nobody can say that the end was not cut off. */
  | { state: 'whole_tail_unproven'; rows: number; head: AuditHead }
  | { state: 'broken'; rows: number; firstBadSeq?: number; problem: AuditProblem };

const PAGE_ROWS = 5_000;

/** Checks the whole log in one snapshot; about 50,000 rows a second, page by page. */
export async function verifyAudit(pool: Pool, options: VerifyOptions = {}): Promise<Verification> {
  return await withReadSnapshot(pool, async (db) => await verifyLog(db, options));
}

/** The same on a connection of the caller's, which sees to it that the rows stand still. */
export async function verifyLog(db: Queryable, options: VerifyOptions = {}): Promise<Verification> {
  const kept = options.head === undefined ? undefined : parseHead(options.head);
  if (options.head !== undefined && kept === undefined) return broken(0, 'head_unreadable');
  const keyProblem = await checkKeys(db, kept, options.publicKey);
  if (keyProblem !== undefined) return broken(0, keyProblem);
  const walk = await walkRows(db, kept, options.onProgress);
  if (walk.problem !== undefined) return broken(walk.rows, walk.problem, walk.badSeq);
  const stray = await findStrayPersonal(db);
  if (stray !== undefined) return broken(walk.rows, 'personal_stray', Number(stray));
  const head = await readHead(db);
  if (head === undefined) return broken(walk.rows, 'head_missing');
  if (kept !== undefined && kept.seq > BigInt(walk.rows)) {
    return broken(walk.rows, 'tail_cut', walk.rows + 1);
  }
  if (head.seq !== BigInt(walk.rows) || head.hash !== walk.hash) {
    return broken(walk.rows, 'head_differs', walk.rows);
  }
  return { state: kept === undefined ? 'whole_tail_unproven' : 'whole', rows: walk.rows, head };
}

function broken(rows: number, problem: AuditProblem, firstBadSeq?: number): Verification {
  return { state: 'broken', rows, problem, ...(firstBadSeq === undefined ? {} : { firstBadSeq }) };
}

/** A key in the database must be the one its fingerprint says, and a kept head must be signed by its key. */
async function checkKeys(
  db: Queryable,
  kept: KeptHead | undefined,
  given: string | undefined,
): Promise<AuditProblem | undefined> {
  const known = new Map<string, string>();
  for (const { fingerprint, publicKey } of await readKeys(db)) {
    if (fingerprintOfText(publicKey) !== fingerprint) return 'key_changed';
    known.set(fingerprint, publicKey);
  }
  if (kept?.signature === undefined)
    return kept !== undefined && given !== undefined ? 'head_unsigned' : undefined;
  const text = given ?? known.get(kept.signature.fingerprint);
  if (text === undefined) return 'key_unknown';
  return isSignedBy(kept, parsePublicKey(text)) ? undefined : 'signature_wrong';
}

function fingerprintOfText(publicKey: string): string | undefined {
  try {
    return fingerprintOf(parsePublicKey(publicKey));
  } catch {
    return undefined;
  }
}

interface Walk {
  rows: number;
  /** Hash of the newest row. */
  hash: string;
  /** Rows whose personal text is gone, until a later row says that it was erased. */
  gone: Set<string>;
  problem?: AuditProblem;
  badSeq?: number;
}

async function walkRows(
  db: Queryable,
  kept: KeptHead | undefined,
  onProgress: VerifyOptions['onProgress'],
): Promise<Walk> {
  const walk: Walk = { rows: 0, hash: GENESIS, gone: new Set() };
  const fail = (problem: AuditProblem, badSeq: number): Walk => ({ ...walk, problem, badSeq });
  if (kept?.seq === 0n && kept.hash !== GENESIS) return fail('head_differs_from_kept', 0);
  if (await hasRowBeforeFirst(db)) return fail('gap', 1);
  for (let after = '0'; ;) {
    const page = await readPage(db, after, PAGE_ROWS);
    for (const row of page) {
      const problem = checkRow(row, walk);
      if (problem !== undefined) return fail(problem, walk.rows + 1);
      if (kept?.seq === BigInt(row.seq) && kept.hash !== row.hash)
        return fail('head_differs_from_kept', walk.rows + 1);
      walk.rows += 1;
      walk.hash = row.hash;
      after = row.seq;
    }
    onProgress?.(walk.rows);
    if (page.length < PAGE_ROWS) break;
  }
  const [gone] = walk.gone;
  return gone === undefined ? walk : fail('personal_gone', Number(gone));
}

function checkRow(row: StoredRow, walk: Walk): AuditProblem | undefined {
  if (row.seq !== String(walk.rows + 1)) return 'gap';
  if (row.previous_hash !== walk.hash) return 'previous_differs';
  if (row.hash !== hashRow(row)) return 'row_changed';
  if (row.action === PERSONAL_ERASED) forgive(row, walk);
  if (row.personal_hash === null) return undefined;
  if (row.salt === null || row.body === null) {
    walk.gone.add(row.seq);
    return undefined;
  }
  // The salt's length is fixed: else the text's beginning could be moved into it, and the hash would stay.
  if (!isSalt(row.salt)) return 'personal_changed';
  return hashPersonal(row.salt, row.body) === row.personal_hash ? undefined : 'personal_changed';
}

function forgive(row: StoredRow, walk: Walk): void {
  const data = parseData(row.data) as { seqs?: unknown } | null;
  if (!Array.isArray(data?.seqs)) return;
  for (const seq of data.seqs) walk.gone.delete(String(seq));
}

/** A row that somebody forged may hold anything: it forgives nothing, and must not end the look at the others. */
function parseData(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
