import { checkSchema, describeSchemaProblem, isOwner } from '../database/check-schema.ts';
import type { Pool } from '../database/pool.ts';
import { ok, problem, warning, type Diagnosis } from './types.ts';

/** Our own database: reachable, of the right schema, and not as the owner of the audit log. */
export async function diagnoseDatabase(pool: Pool): Promise<Diagnosis[]> {
  const { rows } = await pool.query<{ version: number }>(
    `select current_setting('server_version_num')::int / 10000 as version`,
  );
  const version = rows[0]?.version ?? 0;
  const wrongSchema = describeSchemaProblem(await checkSchema(pool));
  const owner = wrongSchema === undefined && (await isOwner(pool));
  return [
    version < 15
      ? problem('database', `PostgreSQL ${version} is too old: 15 to 18 are supported`)
      : ok('database', `PostgreSQL ${version}`),
    wrongSchema === undefined ? ok('database', 'the schema is current') : problem('database', wrongSchema),
    ...(owner
      ? [
          warning(
            'database',
            "this login owns the tables: nothing but the app's own care protects the audit log;\nmigrate with DATABASE_OWNER_URL and run with a login of its own",
          ),
        ]
      : []),
  ];
}
