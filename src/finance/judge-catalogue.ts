import {
  CONTRACT,
  FAMILY_TYPES,
  type ContractColumn,
  type ContractView,
  type TypeFamily,
} from './contract.ts';
import type { BaseTable, LoginFacts, Relation } from './read-catalogue.ts';
import { note, problem, warning, type ContractLine } from './contract-report.ts';

/** Views that are missing, and columns that are missing or of a type that can't hold what they must. */
export function judgeRelations(schema: string, relations: ReadonlyMap<string, Relation>): ContractLine[] {
  return CONTRACT.flatMap((view) => judgeView(schema, view, relations.get(view.name)));
}

/** Columns of a view that are there with a right type: what may be asked of its rows. */
export function soundColumns(view: ContractView, relation: Relation): ContractColumn[] {
  return view.columns.filter(({ name, family }) =>
    FAMILY_TYPES[family].includes(relation.columns[name] ?? ''),
  );
}

function judgeView(schema: string, view: ContractView, relation: Relation | undefined): ContractLine[] {
  const name = `${schema}.${view.name}`;
  if (relation === undefined) {
    if (view.optional) return [note(`${name} is absent: ${view.without ?? 'its rules are not run'}`)];
    return [
      problem(
        `${name} is missing`,
        `create the view with columns ${view.columns.map((c) => c.name).join(', ')}`,
      ),
    ];
  }
  if (!relation.readable)
    return [problem(`${name} may not be read`, `grant select on ${name} to this login`)];
  return view.columns.flatMap((column) => judgeColumn(name, column, relation.columns[column.name]));
}

function judgeColumn(
  view: string,
  { name, family }: ContractColumn,
  type: string | undefined,
): ContractLine[] {
  const wanted = FAMILY_TYPES[family].join(' or ');
  if (type === undefined)
    return [problem(`${view}.${name} is missing`, `add the column to the view, as ${wanted}`)];
  if (FAMILY_TYPES[family].includes(type)) return [];
  const why = mendingOf(family, type, name);
  return [problem(`${view}.${name} is ${type} and must be ${wanted}`, why)];
}

function mendingOf(family: TypeFamily, type: string, name: string): string {
  switch (family) {
    case 'amount':
      if (type.startsWith('float'))
        return `a float can't hold money: keep it as numeric in the table behind the view`;
      if (type.startsWith('int'))
        return `if it counts minor units, select ${name}::numeric / 100 (by the currency's decimals) as ${name}`;
      return `select ${name}::numeric as ${name}`;
    case 'timestamp':
      if (type === 'timestamp')
        return `it doesn't say which zone: select ${name} at time zone 'UTC' (the zone it was written in) as ${name}`;
      return `select it as timestamptz; from epoch seconds: to_timestamp(${name}) as ${name}`;
    case 'text':
      return `select ${name}::text as ${name}`;
    case 'day':
      return `select ${name}::date as ${name}`;
    case 'integer':
      return `select ${name}::bigint as ${name}`;
  }
}

/** The login may read, and nothing else: a mistake of ours must not be able to move money. */
export function judgeLogin(schema: string, facts: LoginFacts): ContractLine[] {
  const { login, superuser, createsInSchema, createsSchemas, writable } = facts;
  const own = `make a login of its own that has select on ${schema} and nothing else`;
  if (superuser) return [problem(`the login ${login} is a superuser and can write anything`, own)];
  const lines: ContractLine[] = [];
  if (createsSchemas)
    lines.push(
      problem(
        `the login ${login} can create schemas`,
        `revoke create on database ... from ${login}; or ${own}`,
      ),
    );
  if (createsInSchema)
    lines.push(
      problem(
        `the login ${login} can create in ${schema}`,
        `revoke create on schema ${schema} from ${login}`,
      ),
    );
  if (writable.length > 0) {
    const shown = writable.slice(0, 4).join(', ');
    const more = writable.length > 4 ? ` and ${writable.length - 4} more` : '';
    lines.push(
      problem(
        `the login ${login} can write ${shown}${more}`,
        `revoke insert, update, delete, truncate on them from ${login} (owners can always write: use another login)`,
      ),
    );
  }
  return lines;
}

/** Indexes that the rules lean on; only where a view shows one table under the same names. */
export function judgeIndexes(tables: readonly BaseTable[]): ContractLine[] {
  return CONTRACT.flatMap((view) => {
    const base = tables.find((table) => table.view === view.name);
    if (base === undefined) return [];
    return view.indexes
      .filter((wanted) => wanted.every((column) => base.columns.includes(column)))
      .filter(
        (wanted) => !base.indexes.some((index) => wanted.every((column, place) => index[place] === column)),
      )
      .map((wanted) => {
        const columns = wanted.join(', ');
        return warning(
          `${base.table} has no index that begins with (${columns})`,
          `create index concurrently on ${base.table} (${columns})`,
        );
      });
  });
}
