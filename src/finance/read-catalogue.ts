import type { Queryable } from '../database/pool.ts';
import { CONTRACT_VIEW_NAMES } from './contract.ts';

/** One relation of the contract's schema as the catalogue shows it. */
export interface Relation {
  name: string;
  /** pg_class.relkind: r and p tables, v view, m materialized view, f foreign table. */
  kind: string;
  readable: boolean;
  /** Column name to type name (pg_type.typname); a domain is its base type. */
  columns: Record<string, string>;
}

/** The contract's relations in the schema; null when there is no such schema or the login may not use it. */
export async function readRelations(db: Queryable, schema: string): Promise<Map<string, Relation> | null> {
  const usable = await db.query(
    `select from pg_namespace where nspname = $1 and has_schema_privilege(oid, 'usage')`,
    [schema],
  );
  if (usable.rowCount === 0) return null;
  const { rows } = await db.query<Relation>(
    `select c.relname as name, c.relkind as kind, has_table_privilege(c.oid, 'select') as readable,
            coalesce(jsonb_object_agg(a.attname, coalesce(base.typname, t.typname)) filter (where a.attnum > 0), '{}')
              as columns
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace and n.nspname = $1
       left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_type t on t.oid = a.atttypid
       left join pg_type base on base.oid = t.typbasetype
      where c.relname = any ($2) and c.relkind in ('r', 'p', 'v', 'm', 'f')
      group by c.oid`,
    [schema, CONTRACT_VIEW_NAMES],
  );
  return new Map(rows.map((row) => [row.name, row]));
}

export interface LoginFacts {
  login: string;
  superuser: boolean;
  /** May it make objects in the contract's schema, or schemas in the database? */
  createsInSchema: boolean;
  createsSchemas: boolean;
  /** Relations it may write to or owns: the contract's, and the tables behind their views. */
  writable: string[];
}

/** Every relation behind the contract's: the tables that its views read, views of views included. */
const REACH = `
  reach (oid) as (
    select c.oid
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = any ($2)
    union
    select d.refobjid
      from reach r
      join pg_rewrite w on w.ev_class = r.oid
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                      and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.oid)`;

export async function readLogin(db: Queryable, schema: string): Promise<LoginFacts> {
  const { rows } = await db.query<LoginFacts>(
    `with recursive ${REACH}
     select current_user as login, rolsuper as superuser,
            has_schema_privilege($1, 'create') as "createsInSchema",
            has_database_privilege(current_database(), 'create') as "createsSchemas",
            coalesce((
              select jsonb_agg(n.nspname || '.' || c.relname order by n.nspname, c.relname)
                from reach join pg_class c using (oid) join pg_namespace n on n.oid = c.relnamespace
               where c.relkind in ('r', 'p', 'v', 'm', 'f')
                 and (has_table_privilege(c.oid, 'insert, update, delete, truncate')
                   or has_any_column_privilege(c.oid, 'insert, update')
                   or pg_has_role(c.relowner, 'usage'))), '[]') as writable
       from pg_roles where rolname = current_user`,
    [schema, CONTRACT_VIEW_NAMES],
  );
  return rows[0]!;
}

/** A table whose rows a relation of the contract shows under the same column names, with its plain indexes. */
export interface BaseTable {
  view: string;
  table: string;
  columns: string[];
  /** Column names of each valid, unconditional index, in order. */
  indexes: string[][];
}

/** The relations of the contract that are tables, or views over exactly one table. */
export async function readBaseTables(db: Queryable, schema: string): Promise<BaseTable[]> {
  const { rows } = await db.query<BaseTable>(
    `with recursive reach (view, oid) as (
       select c.relname, c.oid
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relname = any ($2)
       union
       select r.view, d.refobjid
         from reach r
         join pg_rewrite w on w.ev_class = r.oid
         join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                         and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.oid),
     tables as (
       select view, min(c.oid::bigint)::oid as oid
         from reach join pg_class c using (oid)
        where c.relkind in ('r', 'p', 'm')
        group by view having count(*) = 1)
     select t.view, t.oid::regclass::text as "table",
            (select jsonb_agg(attname) from pg_attribute
              where attrelid = t.oid and attnum > 0 and not attisdropped) as columns,
            coalesce((
              select jsonb_agg((select jsonb_agg(a.attname order by k.place)
                                  from unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
                                  join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum))
                from pg_index i
               where i.indrelid = t.oid and i.indisvalid and i.indpred is null and i.indexprs is null), '[]') as indexes
       from tables t`,
    [schema, CONTRACT_VIEW_NAMES],
  );
  return rows;
}
