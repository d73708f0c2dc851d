import type { Queryable, Tx } from '../database/pool.ts';
import { newId } from '../ids.ts';
import type { NoticeKind } from './types.ts';

/** Null: it was said already. */
export async function insertNotice(
  tx: Tx,
  notice: { overrideId: string; version: number; kind: NoticeKind; at: Date },
): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into override_notices (id, override_id, version, kind, at) values ($1, $2, $3, $4, $5)
     on conflict (override_id, version, kind) do nothing returning id`,
    [newId(), notice.overrideId, notice.version, notice.kind, notice.at],
  );
  return rows[0]?.id ?? null;
}

export async function readNotices(
  db: Queryable,
  overrideId: string,
  version: number,
): Promise<ReadonlySet<NoticeKind>> {
  const { rows } = await db.query<{ kind: NoticeKind }>(
    `select kind from override_notices where override_id = $1 and version = $2`,
    [overrideId, version],
  );
  return new Set(rows.map(({ kind }) => kind));
}
