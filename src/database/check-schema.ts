import type { Queryable } from './pool.ts';
import { SCHEMA } from './pool.ts';
import { readMigrations, type Migration } from './migrations.ts';

export type SchemaState =
  | { state: 'current' }
  /** The database is ahead, and says that this code may still run. */
  | { state: 'ahead_compatible'; schema: number; code: number }
  /** The database is ahead, and this code is too old for it. */
  | { state: 'code_too_old'; schema: number; code: number; minCode: number }
  /** The database is behind: run `mutabik migrate`. Schema 0: nothing is there at all. */
  | { state: 'schema_behind'; schema: number; code: number }
  /** An applied file isn't the one this code knows. */
  | { state: 'changed'; names: string[] };

interface Applied {
  id: number;
  name: string;
  sha256: string;
  min_code: number;
}

/** May this code run on this database? Read before anything else is done with it. */
export async function checkSchema(
  db: Queryable,
  migrations: Migration[] = readMigrations(),
): Promise<SchemaState> {
  const { rows: there } = await db.query<{ there: boolean }>(`select to_regclass($1) is not null as there`, [
    `${SCHEMA}.migrations`,
  ]);
  if (there[0]?.there !== true) return decideSchemaState(migrations, []);
  const { rows } = await db.query<Applied>(
    `select id, name, sha256, min_code from ${SCHEMA}.migrations order by id`,
  );
  return decideSchemaState(migrations, rows);
}

/** Pure: what the applied rows mean for code that knows these migrations. */
export function decideSchemaState(migrations: Migration[], applied: Applied[]): SchemaState {
  const known = new Map(migrations.map((migration) => [migration.id, migration]));
  const changed = applied.filter(({ id, sha256 }) => (known.get(id)?.sha256 ?? sha256) !== sha256);
  if (changed.length > 0) return { state: 'changed', names: changed.map(({ name }) => name) };
  const code = migrations.at(-1)?.id ?? 0;
  const schema = Math.max(0, ...applied.map(({ id }) => id));
  if (schema < code) return { state: 'schema_behind', schema, code };
  if (schema === code) return { state: 'current' };
  const minCode = Math.max(...applied.map(({ min_code }) => min_code));
  return code < minCode
    ? { state: 'code_too_old', schema, code, minCode }
    : { state: 'ahead_compatible', schema, code };
}

/** The one line for the command line and /readyz; undefined: the app may start. */
export function describeSchemaProblem(state: SchemaState): string | undefined {
  switch (state.state) {
    case 'current':
    case 'ahead_compatible':
      return undefined;
    case 'schema_behind':
      return `The database is at schema ${state.schema}, this code needs ${state.code}: run mutabik migrate.`;
    case 'code_too_old':
      return `The database is at schema ${state.schema}, which needs code of schema ${state.minCode} or newer; this is ${state.code}: deploy a newer version.`;
    case 'changed':
      return `Applied migrations differ from this code's: ${state.names.join(', ')}.`;
  }
}

/** Does this login own our tables? It works, but then nothing but our own care protects the audit log. */
export async function isOwner(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ owner: boolean }>(
    `select pg_has_role(current_user, relowner, 'usage') as owner from pg_class where oid = to_regclass($1)`,
    [`${SCHEMA}.audit_log`],
  );
  return rows[0]?.owner === true;
}
