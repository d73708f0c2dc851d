import type { Pool } from '../database/pool.ts';
import type { Subject } from '../ids.ts';
import { readExportPage, type ExportFilter, type StoredRow } from './store.ts';

export interface ExportOptions {
  /** Rows at or after this moment. */
  from?: Date;
  /** Rows before this moment. */
  to?: Date;
  subject?: Subject;
}

const PAGE_ROWS = 2_000;

/**
 * The log as JSON Lines, oldest first, each with its line end. A row carries all that its hash covers, so that an
 * unfiltered export can be verified without us; a personal text that was erased is null while `personal_hash` stays.
 * Pages are read one by one: rows never change, so no long transaction is needed.
 */
export async function* exportAudit(pool: Pool, options: ExportOptions = {}): AsyncGenerator<string> {
  const filter: ExportFilter = {
    from: options.from ?? null,
    to: options.to ?? null,
    subjectKind: options.subject?.kind ?? null,
    subjectId: options.subject?.id ?? null,
  };
  for (let after = '0'; ;) {
    const page = await readExportPage(pool, filter, after, PAGE_ROWS);
    for (const row of page) yield `${JSON.stringify(toLine(row))}\n`;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return;
    after = last.seq;
  }
}

function toLine(row: StoredRow): object {
  return {
    seq: Number(row.seq),
    at: row.at,
    actor: row.actor,
    action: row.action,
    tenant: row.tenant_id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    data: JSON.parse(row.data) as unknown,
    personal: row.body,
    personal_salt: row.salt,
    personal_hash: row.personal_hash,
    previous_hash: row.previous_hash,
    hash: row.hash,
  };
}
