import type { Queryable, Tx } from '../database/pool.ts';
import type { SourceState } from './types.ts';

const COLUMNS = `slo, collected_until as "collectedUntil", judged_until as "judgedUntil", answered_at as "answeredAt",
  silent_since as "silentSince", error, value`;

/** How far each promise is read and judged, by its name; one that was never looked at is not there. */
export async function readSources(db: Queryable): Promise<Map<string, SourceState>> {
  const { rows } = await db.query<SourceState & { slo: string }>(`select ${COLUMNS} from slo_sources`);
  return new Map(rows.map(({ slo, ...state }) => [slo, state]));
}

/** The row of one promise, locked. A new one is judged from `judgedFrom` on: nobody is woken up for the past. */
export async function lockSource(tx: Tx, slo: string, judgedFrom: Date): Promise<SourceState> {
  const lock = async () =>
    (await tx.query<SourceState>(`select ${COLUMNS} from slo_sources where slo = $1 for update`, [slo]))
      .rows[0];
  const known = await lock();
  if (known !== undefined) return known;
  await tx.query(`insert into slo_sources (slo, judged_until) values ($1, $2) on conflict do nothing`, [
    slo,
    judgedFrom,
  ]);
  return (await lock()) as SourceState;
}

/** What a look at a source came to; judging keeps its own moment. */
export async function saveSource(
  tx: Tx,
  slo: string,
  state: Omit<SourceState, 'judgedUntil'>,
): Promise<void> {
  await tx.query(
    `update slo_sources set collected_until = $2, answered_at = $3, silent_since = $4, error = $5, value = $6
      where slo = $1`,
    [slo, state.collectedUntil, state.answeredAt, state.silentSince, state.error, state.value],
  );
}
