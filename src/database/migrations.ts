import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { assert } from '../errors.ts';

export interface Migration {
  /** 1, 2, 3...: without gaps, append-only. */
  id: number;
  name: string;
  sql: string;
  sha256: string;
  /** The oldest code (by the newest migration it knows) that may still run once this one is applied. */
  minCode: number;
}

/** Beside this file both in the sources and in dist, where the build copies *.sql. */
const FOLDER = new URL('./migrations/', import.meta.url);

/** All migrations this code knows, in order. */
export function readMigrations(folder: URL = FOLDER): Migration[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .toSorted();
  return files.map((file, index) => {
    const migration = parseMigration(file, readFileSync(new URL(file, folder), 'utf8'));
    assert(migration.id === index + 1, `${file} must be number ${index + 1}`);
    return migration;
  });
}

/**
 * `0007-name.sql`; a line `-- min_code: 7` says that older code can't run on the result any more. Without it the
 * migration only adds, and every older code may go on while replicas are replaced one by one.
 */
export function parseMigration(file: string, sql: string): Migration {
  const [, id, name] = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file) ?? [];
  assert(id !== undefined && name !== undefined, `${file} is not a migration's name`);
  // A checkout on Windows may turn line ends; the meaning, and so the hash, stays.
  const text = sql.replaceAll('\r\n', '\n');
  return {
    id: Number(id),
    name,
    sql: text,
    sha256: createHash('sha256').update(text).digest('hex'),
    minCode: Number(/^-- min_code: (\d+)$/m.exec(text)?.[1] ?? 1),
  };
}

/** What this code is, for the schema: the number of the newest migration it knows. */
export function schemaVersion(migrations: Migration[] = readMigrations()): number {
  return migrations.at(-1)?.id ?? 0;
}
