import type { Pool, Queryable } from '../database/pool.ts';
import { assert, describeError } from '../errors.ts';
import type { Policy } from '../policy.ts';
import { checkRows, SAMPLE_ROWS } from './check-rows.ts';
import { MAX_LAG_SECONDS, replayLagSeconds, withSnapshot } from './connect.ts';
import { CONTRACT } from './contract.ts';
import {
  fine,
  makeReport,
  note,
  problem,
  warning,
  type ContractLine,
  type ContractReport,
} from './contract-report.ts';
import { judgeIndexes, judgeLogin, judgeRelations, soundColumns } from './judge-catalogue.ts';
import { readBaseTables, readLogin, readRelations, type Relation } from './read-catalogue.ts';

/**
 * Compares a database with the finance contract: views and columns, samples of rows, indexes, whether the login can
 * write, and how far a replica is behind. Reads only. Throws finance_unavailable when it can't be reached.
 */
export async function checkContract(
  pool: Pool,
  schema: string,
  policy?: Pick<Policy, 'tenants'>,
): Promise<ContractReport> {
  assert(/^[a-z_][a-z0-9_]*$/.test(schema), `not a plain schema name: ${schema}`);
  return await withSnapshot(pool, async (client) => {
    await client.query(`set local statement_timeout = '10s'`);
    const relations = await readRelations(client, schema);
    if (relations === null) {
      const mend = `create it, or grant usage on schema ${schema} to this login, or set FINANCE_SCHEMA`;
      return makeReport([problem(`there is no schema ${schema} that this login may use`, mend)]);
    }
    const tenants = policy?.tenants.map(({ id }) => id) ?? null;
    const login = await readLogin(client, schema);
    const catalogue = judgeRelations(schema, relations);
    const writes = judgeLogin(schema, login);
    return makeReport([
      ...catalogue,
      ...writes,
      ...(writes.length === 0 ? [fine(`the login ${login.login} can only read`)] : []),
      ...(await checkSamples(client, schema, relations, tenants)),
      ...judgeIndexes(await readBaseTables(client, schema)),
      ...judgeLag(await replayLagSeconds(client)),
    ]);
  });
}

async function checkSamples(
  db: Queryable,
  schema: string,
  relations: ReadonlyMap<string, Relation>,
  tenants: readonly string[] | null,
): Promise<ContractLine[]> {
  const lines: ContractLine[] = [];
  let sampled = 0;
  for (const view of CONTRACT) {
    const relation = relations.get(view.name);
    if (relation === undefined || !relation.readable) continue;
    sampled += 1;
    const where = { schema, view, columns: soundColumns(view, relation), tenants };
    await db.query('savepoint sample');
    try {
      lines.push(...(await checkRows(db, where)));
      await db.query('release savepoint sample');
    } catch (error) {
      await db.query('rollback to savepoint sample');
      const why = describeError(error);
      lines.push(
        problem(
          `${schema}.${view.name} can't be read`,
          `${why}; see that a plain select works and is indexed`,
        ),
      );
    }
  }
  if (lines.length > 0) return lines;
  return [fine(`the newest ${SAMPLE_ROWS} rows of ${sampled} views are as the contract says`)];
}

/** A replica that is too far behind is told; safety checks never read it. */
function judgeLag(lag: number | null): ContractLine[] {
  if (lag === null) return [];
  if (lag < MAX_LAG_SECONDS) return [note(`it is a replica, ${lag.toFixed(1)} s behind`)];
  const late = Number.isFinite(lag) ? `${Math.round(lag)} s behind` : 'and has replayed nothing yet';
  return [
    warning(
      `it is a replica, ${late}`,
      'digests are as old; set FINANCE_PRIMARY_URL so that safety checks can be made',
    ),
  ];
}
