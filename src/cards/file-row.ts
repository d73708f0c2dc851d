import type { Queryable } from '../database/pool.ts';

export interface FileRow {
  cardId: string;
  name: string;
  state: 'wanted' | 'started' | 'uploaded' | 'completing' | 'completed' | 'failed';
  slackFileId: string | null;
  /** When the call that shares the file, and whose outcome is unknown, began. */
  completingAt: Date | null;
  looks: number;
  lookedAt: Date | null;
  lastError: string | null;
}

/** The file's row; undefined when there is none. */
export async function loadFile(db: Queryable, cardId: string, name: string): Promise<FileRow | undefined> {
  const { rows } = await db.query<{
    state: FileRow['state'];
    slack_file_id: string | null;
    completing_at: Date | null;
    lookups: number;
    looked_at: Date | null;
    last_error: string | null;
  }>(
    `select state, slack_file_id, completing_at, lookups, looked_at, last_error
     from card_files where card_id = $1 and name = $2`,
    [cardId, name],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    cardId,
    name,
    state: row.state,
    slackFileId: row.slack_file_id,
    completingAt: row.completing_at,
    looks: row.lookups,
    lookedAt: row.looked_at,
    lastError: row.last_error,
  };
}
