import { z } from 'zod';
import { broken, HEADER, type Opened, type OpenedBundle } from './bundle.ts';
import type { BundleProblem } from './bundle-problems.ts';
import { isSignedBy, parseHead, signHead } from './head.ts';
import { parsePublicKey, type SigningKey } from './keys.ts';
import { hashPersonal, hashRow, isSalt } from './rules.ts';
import type { StoredRow } from './store.ts';
import type { AuditHead, ChainedRow } from './types.ts';

/** The parts of a bundle that the log itself gives. */
export const AUDIT_PART = 'audit';
export const HEAD_PART = 'head';

const text = z.string();
const auditLine = z.strictObject({
  part: z.literal(AUDIT_PART),
  /** What of the bundle's the row is about; null: of others, here because the chain goes through it. */
  concerns: text.nullable(),
  row: z.strictObject({
    seq: text.regex(/^\d{1,19}$/),
    at: text,
    actor: text,
    action: text,
    tenant_id: text.nullable(),
    subject_kind: text,
    subject_id: text,
    data: text,
    personal_hash: text.nullable(),
    previous_hash: text,
    hash: text,
  }),
  /** What somebody wrote; null: nothing, or it was erased, or the row is of others. */
  personal: z.strictObject({ salt: text, body: text }).nullable(),
});
export type BundledRow = z.infer<typeof auditLine>;

const headLine = z.strictObject({
  part: z.literal(HEAD_PART),
  seq: text,
  hash: text,
  /** As a digest carries it. */
  signed: text,
});
const headerLine = z.looseObject({ part: z.literal(HEADER), format: text, override: text });

/** A row as it stands in a bundle: all that its hash covers, and the personal text of its own rows only. */
export function auditLineOf(row: StoredRow, concerns: string | null): object {
  const { salt, body, ...chained } = row;
  const personal = concerns === null || salt === null || body === null ? null : { salt, body };
  return { concerns, row: chained, personal };
}

export function headLineOf(head: AuditHead, key: SigningKey | undefined): object {
  return { seq: String(head.seq), hash: head.hash, signed: signHead(key, head) };
}

export interface ProvenLog {
  rows: readonly BundledRow[];
  /** Rows of its own whose text was erased. */
  erased: number;
}

/**
 * Checks the header, each row's hash, that the rows follow one another without a gap, the personal texts, and that the
 * signed head does not stand before them. Pure.
 */
export function proveLog({
  manifest,
  lines,
  publicKey,
}: OpenedBundle): ({ ok: true } & ProvenLog) | Extract<Opened, { ok: false }> {
  const header = headerLine.safeParse(only(lines.get(HEADER)));
  if (!header.success) return broken(HEADER, 'line_unreadable');
  if (header.data.format !== manifest.format || header.data.override !== manifest.override)
    return broken(HEADER, 'header_differs');
  const rows: BundledRow[] = [];
  for (const line of lines.get(AUDIT_PART) ?? []) {
    const parsed = auditLine.safeParse(line);
    if (!parsed.success) return broken(AUDIT_PART, 'line_unreadable');
    const problem = checkRow(parsed.data, rows.at(-1)?.row);
    if (problem !== undefined) return broken(AUDIT_PART, problem);
    rows.push(parsed.data);
  }
  const head = headLine.safeParse(only(lines.get(HEAD_PART)));
  if (!head.success) return broken(HEAD_PART, 'line_unreadable');
  const problem = checkHead(head.data, { manifest, publicKey }, rows.at(-1)?.row);
  if (problem !== undefined) return broken(HEAD_PART, problem);
  const erased = rows.filter(
    ({ concerns, row, personal }) => concerns !== null && row.personal_hash !== null && personal === null,
  ).length;
  return { ok: true, rows, erased };
}

function only(lines: readonly object[] | undefined): object | undefined {
  return lines?.length === 1 ? lines[0] : undefined;
}

type Chained = ChainedRow & { hash: string };

function checkRow(
  { row, personal, concerns }: BundledRow,
  before: Chained | undefined,
): BundleProblem | undefined {
  if (before !== undefined && BigInt(row.seq) !== BigInt(before.seq) + 1n) return 'gap';
  if (before !== undefined && row.previous_hash !== before.hash) return 'previous_differs';
  if (row.hash !== hashRow(row)) return 'row_changed';
  if (personal === null) return undefined;
  const fits =
    concerns !== null &&
    isSalt(personal.salt) &&
    hashPersonal(personal.salt, personal.body) === row.personal_hash;
  return fits ? undefined : 'personal_changed';
}

function checkHead(
  head: z.infer<typeof headLine>,
  { manifest, publicKey }: Pick<OpenedBundle, 'manifest' | 'publicKey'>,
  last: Chained | undefined,
): BundleProblem | undefined {
  const kept = parseHead(head.signed);
  const same =
    kept !== undefined &&
    head.seq === manifest.head.seq &&
    head.hash === manifest.head.hash &&
    String(kept.seq) === head.seq &&
    kept.hash === head.hash;
  if (!same) return 'head_differs';
  const signed =
    publicKey === null ? kept.signature === undefined : isSignedBy(kept, parsePublicKey(publicKey));
  if (!signed) return 'head_differs';
  if (last === undefined) return undefined;
  const ahead = kept.seq - BigInt(last.seq);
  return ahead < 0n || (ahead === 0n && kept.hash !== last.hash) ? 'head_behind' : undefined;
}
