import { hash, randomBytes } from 'node:crypto';
import type { ChainedRow } from './types.ts';

/** The hash before the first row. */
export const GENESIS = '0'.repeat(64);

/** Every column in its fixed place; a column added later gets a new prefix for the rows that have it. */
const FIELDS = [
  'seq',
  'at',
  'actor',
  'action',
  'tenant_id',
  'subject_kind',
  'subject_id',
  'data',
  'personal_hash',
  'previous_hash',
] as const satisfies readonly (keyof ChainedRow)[];

/**
 * SHA-256 over all columns, each with its length in bytes before it, so that no two different rows have the same
 * bytes (a byte moved from one column's end to the next one's start would otherwise not show). Null is not ''.
 */
export function hashRow(row: ChainedRow): string {
  const parts = FIELDS.map((field) => {
    const value = row[field];
    return value === null ? '-\n' : `${Buffer.byteLength(value)}:${value}\n`;
  });
  return hash('sha256', `mutabik-audit:v1\n${parts.join('')}`);
}

const SALT_BYTES = 16;

export function newSalt(): string {
  return randomBytes(SALT_BYTES).toString('hex');
}

export function isSalt(text: string): boolean {
  return text.length === SALT_BYTES * 2 && /^[0-9a-f]+$/.test(text);
}

/** The salt keeps short personal texts from being guessed out of the chain once they are erased. */
export function hashPersonal(salt: string, body: string): string {
  return hash('sha256', `${salt}${body}`);
}

/** An instant as audit_log spells it for hashing: microseconds, as the column keeps them. */
export function spellInstant(at: Date): string {
  return at.toISOString().replace('Z', '000Z');
}

/** The action of the row that proves an erasure: its data lists the seqs whose personal text is gone. */
export const PERSONAL_ERASED = 'audit.personal_erased';
