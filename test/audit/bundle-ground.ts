import { auditLineOf, AUDIT_PART, HEAD_PART, headLineOf } from '../../src/audit/bundle-chain.ts';
import { HEADER, makeBundle, type BundlePart } from '../../src/audit/bundle.ts';
import { generateSigningKey, parseSigningKey, type SigningKey } from '../../src/audit/keys.ts';
import { GENESIS, hashPersonal, hashRow } from '../../src/audit/rules.ts';
import type { StoredRow } from '../../src/audit/store.ts';

export const KEY = parseSigningKey(generateSigningKey());
const NAME = {
  format: 'mutabik-override-bundle:v1',
  override: '6f2c1a54-0000-4000-8000-000000000001',
};
const SALT = 'ab'.repeat(16);

/** `count` rows of a log that follow one another, each second one with a personal text. */
export function chain(count: number, from = 41): StoredRow[] {
  const rows: StoredRow[] = [];
  let previous = from === 1 ? GENESIS : 'cd'.repeat(32);
  for (let index = 0; index < count; index += 1) {
    const body = index % 2 === 0 ? `Banka dekontu ${index} geldi ₺` : null;
    const chained = {
      seq: String(from + index),
      at: `2026-01-15T06:00:0${index}.000000Z`,
      actor: 'person:U1',
      action: 'override.requested',
      tenant_id: index === 1 ? null : 'acme',
      subject_kind: 'override',
      subject_id: NAME.override,
      data: '{"amount":"12000"}',
      personal_hash: body === null ? null : hashPersonal(SALT, body),
      previous_hash: previous,
    };
    previous = hashRow(chained);
    rows.push({ ...chained, hash: previous, salt: body === null ? null : SALT, body });
  }
  return rows;
}

export interface Made {
  rows?: StoredRow[];
  head?: { seq: bigint; hash: string };
  /** What signs the head, where it isn't what signs the bundle. */
  headKey?: SigningKey;
  key?: SigningKey | undefined;
  header?: object;
  others?: BundlePart[];
}

/** A bundle of a log of five rows, as `made` changes it: signed, so that only what it says can be wrong. */
export function bundleOf(made: Made = {}): string {
  const rows = made.rows ?? chain(5);
  const last = rows.at(-1);
  const head = made.head ?? { seq: BigInt(last?.seq ?? 0) + 3n, hash: 'ef'.repeat(32) };
  const key = 'key' in made ? made.key : KEY;
  return makeBundle({
    name: NAME,
    parts: [
      { part: HEADER, lines: [made.header ?? { ...NAME, exportedAt: '2026-01-15T09:00:00.000Z' }] },
      ...(made.others ?? [
        { part: 'request', lines: [{ reason: 'Müşteri aradı "iki kez"\nsonra' }] },
        { part: 'votes', lines: [{ version: 1 }, { version: 1, by: 'U2' }] },
        { part: 'states', lines: [] },
      ]),
      {
        part: AUDIT_PART,
        lines: rows.map((row, index) => auditLineOf(row, index === 3 ? null : 'override')),
      },
      { part: HEAD_PART, lines: [headLineOf(head, made.headKey ?? key)] },
    ],
    head: { seq: String(head.seq), hash: head.hash },
    key,
  });
}

/** Of which part each byte is, the line ends with the line before them. */
export function partOfEachByte(bundle: string): string[] {
  const parts: string[] = [];
  for (const line of bundle.match(/.*\n/g) ?? []) {
    const { part } = JSON.parse(line) as { part: string };
    const { length } = Buffer.from(line);
    for (let index = 0; index < length; index += 1) parts.push(part);
  }
  return parts;
}
