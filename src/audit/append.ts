import { assert } from '../errors.ts';
import type { Tx } from '../database/pool.ts';
import { canonicalJson } from './canonical-json.ts';
import { hashPersonal, hashRow, newSalt, spellInstant } from './rules.ts';
import { insertPersonal, insertRows, lockHead, moveHead, type Personal } from './store.ts';
import type { AuditEntry, AuditHead, ChainedRow } from './types.ts';

/**
 * Appends rows to the audit log inside the caller's transaction, so that a change and its row stand or fall together.
 * Call it last: it locks the head until the transaction ends, and everybody who appends waits for that. One call
 * with many entries is one insert (10,000 rows in about 0.5 s). Returns the new head.
 */
export async function appendAudit(tx: Tx, now: Date, entries: readonly AuditEntry[]): Promise<AuditHead> {
  const head = await lockHead(tx);
  if (entries.length === 0) return head;
  const personal: Personal[] = [];
  const rows: (ChainedRow & { hash: string })[] = [];
  let { seq, hash } = head;
  for (const entry of entries) {
    seq += 1n;
    const row = toRow(seq, now, entry, hash, personal);
    hash = hashRow(row);
    rows.push({ ...row, hash });
  }
  await insertRows(tx, rows);
  if (personal.length > 0) await insertPersonal(tx, personal);
  await moveHead(tx, { seq, hash });
  return { seq, hash };
}

function toRow(
  seq: bigint,
  now: Date,
  entry: AuditEntry,
  previousHash: string,
  personal: Personal[],
): ChainedRow {
  let personalHash: string | null = null;
  if (entry.personal !== undefined) {
    const body = storable(entry.personal);
    const salt = newSalt();
    personal.push({ seq: String(seq), salt, body });
    personalHash = hashPersonal(salt, body);
  }
  assert(entry.actor !== '' && entry.action !== '', 'an audit row needs an actor and an action');
  return {
    seq: String(seq),
    at: spellInstant(now),
    actor: storable(entry.actor),
    action: entry.action,
    tenant_id: entry.tenantId === null ? null : storable(entry.tenantId),
    subject_kind: entry.subject.kind,
    subject_id: storable(entry.subject.id),
    data: canonicalJson(entry.data),
    personal_hash: personalHash,
    previous_hash: previousHash,
  };
}

/** PostgreSQL keeps no NUL character in a text; what is hashed must be what is stored. */
function storable(text: string): string {
  return text.replaceAll('\0', '');
}
