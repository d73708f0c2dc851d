import type { Queryable } from '../database/pool.ts';
import { CONTRACT_VIEW_NAMES, type ContractViewName } from './contract.ts';

/**
 * The contract's views that exist in the schema on the search path and may be selected from. Rules whose optional view
 * is not among them are reported as "not run".
 */
export async function availableViews(client: Queryable): Promise<Set<ContractViewName>> {
  const { rows } = await client.query<{ relname: ContractViewName }>(
    `select c.relname
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = current_schema()
        and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and c.relname = any ($1)
        and has_table_privilege(c.oid, 'select')`,
    [CONTRACT_VIEW_NAMES],
  );
  return new Set(rows.map((row) => row.relname));
}
