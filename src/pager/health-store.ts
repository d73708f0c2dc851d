import type { Queryable } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { SlackHealth } from './outage-rules.ts';

interface Row {
  last_ok_at: Date | null;
  failing_since: Date | null;
  last_failure_at: Date | null;
  paged_at: Date | null;
}

const COLUMNS = 'last_ok_at, failing_since, last_failure_at, paged_at';

export async function readHealth(db: Queryable): Promise<SlackHealth> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from slack_health`);
  return asHealth(rows[0]);
}

/** Holds the row until the transaction ends. */
export async function lockHealth(db: Queryable): Promise<SlackHealth> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from slack_health for update`);
  return asHealth(rows[0]);
}

export async function writeAnswered(db: Queryable, now: Date): Promise<void> {
  await db.query(
    `update slack_health set last_ok_at = greatest(last_ok_at, $1), failing_since = null, last_failure_at = null,
       last_error = null, paged_at = null`,
    [now],
  );
}

export async function writeFailure(db: Queryable, now: Date, error: string): Promise<void> {
  await db.query(
    `update slack_health set failing_since = coalesce(failing_since, $1),
       last_failure_at = greatest(last_failure_at, $1), last_error = $2`,
    [now, error],
  );
}

export async function writePaged(db: Queryable, now: Date): Promise<void> {
  await db.query(`update slack_health set paged_at = $1`, [now]);
}

function asHealth(row: Row | undefined): SlackHealth {
  assert(row !== undefined, 'the row of the health of Slack is gone');
  return {
    lastOkAt: row.last_ok_at,
    failingSince: row.failing_since,
    lastFailureAt: row.last_failure_at,
    pagedAt: row.paged_at,
  };
}
