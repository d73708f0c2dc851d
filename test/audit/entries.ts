import pg from 'pg';
import { withTransaction, type Pool } from '../../src/database/pool.ts';
import { appendAudit } from '../../src/audit/append.ts';
import { signHead } from '../../src/audit/head.ts';
import { generateSigningKey, parseSigningKey } from '../../src/audit/keys.ts';
import { insertKey } from '../../src/audit/store.ts';
import type { AuditEntry, AuditHead } from '../../src/audit/types.ts';
import type { TenantId } from '../../src/ids.ts';

export const NOW = new Date('2026-01-15T05:55:00.123Z');
export const KEY = parseSigningKey(generateSigningKey());

/** Rows as different as the log allows: with and without tenant and personal text, in both scripts. */
export function makeEntry(index: number): AuditEntry {
  return {
    actor: index % 3 === 0 ? 'schedule:reconciliation' : `person:U${index}`,
    action: index % 2 === 0 ? 'finding.resolved' : 'run.completed',
    tenantId: index % 4 === 0 ? null : (`tenant-${index % 5}` as TenantId),
    subject: { kind: 'transaction', id: `tx-${index}` },
    data: {
      index,
      amount: 12_345_678_901_234_567_890n,
      note: `kalan ${index} ₺`,
      nested: { b: [1, null], a: true },
    },
    ...(index % 3 === 1 ? { personal: `Müşteri aradı, ${index}. kez` } : {}),
  };
}

/** Appends `count` rows, in batches of 7. */
export async function fillLog(pool: Pool, count: number): Promise<AuditHead> {
  let head: AuditHead = { seq: 0n, hash: '' };
  for (let from = 0; from < count; from += 7) {
    const entries = Array.from({ length: Math.min(7, count - from) }, (_, index) => makeEntry(from + index));
    const now = new Date(NOW.getTime() + from);
    head = await withTransaction(pool, async (tx) => await appendAudit(tx, now, entries));
  }
  return head;
}

/** A head kept elsewhere, with its key in the database as the app leaves it. */
export async function keepHead(pool: Pool, head: AuditHead): Promise<string> {
  await insertKey(pool, { fingerprint: KEY.fingerprint, publicKey: KEY.publicKey, firstUsedAt: NOW });
  return signHead(KEY, head);
}

/** What an attacker with the owner's login can do: triggers off; `work` runs in a transaction that is rolled back. */
export async function withOwnerTampering(
  ownerUrl: string,
  work: (db: pg.Client) => Promise<void>,
): Promise<void> {
  const db = new pg.Client({ connectionString: ownerUrl, options: '-c search_path=mutabik -c timezone=UTC' });
  await db.connect();
  try {
    await db.query('begin');
    for (const table of ['audit_log', 'audit_head', 'audit_personal', 'audit_keys']) {
      await db.query(`alter table ${table} disable trigger user`);
    }
    await work(db);
    await db.query('rollback');
  } finally {
    await db.end();
  }
}
