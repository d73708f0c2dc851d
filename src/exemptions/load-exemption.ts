import type { Queryable } from '../database/pool.ts';
import { readMessage } from '../overrides/read-message.ts';
import { readClosings } from './closing-store.ts';
import type { ExemptionModel } from './models.ts';
import { readNag } from './nag-store.ts';
import { standingOf } from './standing.ts';
import { readExemption, readExtensions } from './store.ts';
import type { Nag } from './types.ts';

const MOST_NAGS = 10;

/** What happened to it; its reminders are told of by themselves, and what was refused changed nothing. */
const TOLD = [
  'added',
  'handed_in',
  'closed',
  'closing_refused',
  'withdrawn',
  'reassigned',
  'extended',
  'breached',
  'owner_left',
];

/** Everything that is known of one, as it stands; null: there is none of this id. */
export async function loadExemption(
  db: Queryable,
  id: string,
  { now, zone }: { now: Date; zone: string },
): Promise<ExemptionModel | null> {
  const exemption = await readExemption(db, id);
  if (exemption === null) return null;
  const closings = await readClosings(db, id);
  return {
    exemption,
    standing: standingOf(exemption, now, zone),
    closing:
      exemption.state === 'closing'
        ? (closings.find((each) => each.id === exemption.closingId) ?? null)
        : null,
    extensions: await readExtensions(db, id),
    closings,
    nags: await readNewestNags(db, id),
    history: await readHistory(db, id),
    pendingExtension: await readPending(db, id),
    timeZone: zone,
    now,
  };
}

async function readHistory(db: Queryable, id: string): Promise<ExemptionModel['history']> {
  const { rows } = await db.query<{ at: Date; actor: string; action: string }>(
    `select at, actor, case when action = 'exemption.added' and data::jsonb ->> 'way' = 'import'
                            then 'exemption.imported' else action end as action
       from audit_log where subject_kind = 'exemption' and subject_id = $1 and action = any($2)
      order by seq`,
    [id, TOLD.map((word) => `exemption.${word}`)],
  );
  return rows;
}

/** An extension that waits to be approved, and where it stands in Slack. */
async function readPending(db: Queryable, id: string): Promise<ExemptionModel['pendingExtension']> {
  const { rows } = await db.query<{ id: string }>(
    `select id from overrides
      where subject_kind = 'exemption' and subject_id = $1 and over_at is null
      order by requested_at desc limit 1`,
    [id],
  );
  const [row] = rows;
  return row === undefined ? null : { overrideId: row.id, message: await readMessage(db, row.id) };
}

/** What was sent, the newest first. */
async function readNewestNags(db: Queryable, id: string): Promise<Nag[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from exemption_nags where exemption_id = $1 order by asked_at desc, id desc limit ${MOST_NAGS}`,
    [id],
  );
  const nags: Nag[] = [];
  for (const row of rows) {
    const nag = await readNag(db, row.id);
    if (nag !== null) nags.push(nag);
  }
  return nags;
}
