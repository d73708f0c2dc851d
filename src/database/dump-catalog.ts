import type { Queryable } from './pool.ts';
import { SCHEMA } from './pool.ts';

interface Line {
  /** Lines of one relation (or function) stand together, in the order of `rank`, then of `line`. */
  owner: string;
  rank: number;
  line: string;
}

/**
 * The schema as text: tables, columns, constraints, indexes, triggers, functions and grants, the same for the same
 * schema whatever the server's version (15 to 18) and the order of migrations. Compared with src/database/schema.txt.
 */
export async function dumpCatalog(db: Queryable): Promise<string> {
  const parts = [
    readTables,
    readColumns,
    readConstraints,
    readIndexes,
    readTriggers,
    readFunctions,
    readGrants,
  ];
  const lines: Line[] = [];
  for (const read of parts) lines.push(...(await read(db)));
  const sorted = lines.toSorted(
    (a, b) => compare(a.owner, b.owner) || a.rank - b.rank || compare(a.line, b.line),
  );
  return `${sorted
    .map(({ rank, line }) => (rank === 0 ? `\n${line}` : `  ${line}`))
    .join('\n')
    .trim()}\n`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

async function readLines(db: Queryable, sql: string): Promise<Line[]> {
  const { rows } = await db.query<Line>(sql, [SCHEMA]);
  return rows;
}

async function readTables(db: Queryable): Promise<Line[]> {
  return await readLines(
    db,
    `select c.relname as owner, 0 as rank,
            case c.relkind when 'v' then 'view ' when 'S' then 'sequence ' else 'table ' end || c.relname as line
       from pg_class c where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p', 'v', 'm', 'S')`,
  );
}

async function readColumns(db: Queryable): Promise<Line[]> {
  return await readLines(
    db,
    `select c.relname as owner, 10 + a.attnum as rank,
            'column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
              || case when a.attnotnull then ' not null' else '' end
              || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
       from pg_attribute a join pg_class c on c.oid = a.attrelid
       left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p', 'v', 'm')
        and a.attnum > 0 and not a.attisdropped`,
  );
}

/** Not-null constraints have rows of their own from version 18 on; the columns say it already. */
async function readConstraints(db: Queryable): Promise<Line[]> {
  return await readLines(
    db,
    `select c.relname as owner, 5000 as rank,
            'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) as line
       from pg_constraint k join pg_class c on c.oid = k.conrelid
      where c.relnamespace = to_regnamespace($1) and k.contype <> 'n'`,
  );
}

async function readIndexes(db: Queryable): Promise<Line[]> {
  return await readLines(
    db,
    `select c.relname as owner, 6000 as rank, pg_get_indexdef(i.indexrelid) as line
       from pg_index i join pg_class c on c.oid = i.indrelid
      where c.relnamespace = to_regnamespace($1)`,
  );
}

async function readTriggers(db: Queryable): Promise<Line[]> {
  return await readLines(
    db,
    `select c.relname as owner, 7000 as rank,
            pg_get_triggerdef(t.oid) || case t.tgenabled when 'O' then '' else ' -- ' || t.tgenabled::text end as line
       from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where c.relnamespace = to_regnamespace($1) and not t.tgisinternal`,
  );
}

async function readFunctions(db: Queryable): Promise<Line[]> {
  return await readLines(
    db,
    `select 'function ' || p.proname as owner, 0 as rank, pg_get_functiondef(p.oid) as line
       from pg_proc p where p.pronamespace = to_regnamespace($1)`,
  );
}

async function readGrants(db: Queryable): Promise<Line[]> {
  return await readLines(
    db,
    `select c.relname as owner, 8000 as rank,
            'grant ' || string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) || ' to '
              || coalesce(r.rolname, 'public') as line
       from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
      where c.relnamespace = to_regnamespace($1) and a.grantee <> c.relowner
      group by c.relname, r.rolname`,
  );
}
