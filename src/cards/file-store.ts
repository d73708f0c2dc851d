import type { Queryable } from '../database/pool.ts';

interface FileKey {
  cardId: string;
  name: string;
}

/** A file that nobody sees yet is begun anew; what was uploaded without being completed is never visible. */
export async function markFileWanted(db: Queryable, file: FileKey, error: string | null): Promise<void> {
  await db.query(
    `update card_files set state = 'wanted', slack_file_id = null, upload_url = null, completing_at = null,
       lookups = 0, looked_at = null, last_error = coalesce($3, last_error)
     where card_id = $1 and name = $2 and state <> 'completed'`,
    [file.cardId, file.name, error],
  );
}

/** Slack has named the file; what is uploaded to it is these bytes and no others. */
export async function markFileStarted(
  db: Queryable,
  file: FileKey & { slackFileId: string; uploadUrl: string; bytes: number; sha256: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update card_files set state = 'started', slack_file_id = $3, upload_url = $4, bytes = $5, sha256 = $6
     where card_id = $1 and name = $2 and state = 'wanted'`,
    [file.cardId, file.name, file.slackFileId, file.uploadUrl, file.bytes, file.sha256],
  );
  return rowCount === 1;
}

/** Slack has the bytes. The address has served and is forgotten. */
export async function markFileUploaded(db: Queryable, file: FileKey): Promise<boolean> {
  const { rowCount } = await db.query(
    `update card_files set state = 'uploaded', upload_url = null where card_id = $1 and name = $2 and state = 'started'`,
    [file.cardId, file.name],
  );
  return rowCount === 1;
}

/** From here on the file may stand in the thread without our knowing. */
export async function markFileCompleting(db: Queryable, file: FileKey & { now: Date }): Promise<boolean> {
  const { rowCount } = await db.query(
    `update card_files set state = 'completing', completing_at = $3, lookups = 0, looked_at = null
     where card_id = $1 and name = $2 and state = 'uploaded'`,
    [file.cardId, file.name, file.now],
  );
  return rowCount === 1;
}

/** The file was not shared, for certain: it may be once more. */
export async function markFileNotShared(
  db: Queryable,
  file: FileKey,
  error: string | null,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update card_files set state = 'uploaded', completing_at = null, lookups = 0, looked_at = null,
       last_error = coalesce($3, last_error)
     where card_id = $1 and name = $2 and state = 'completing'`,
    [file.cardId, file.name, error],
  );
  return rowCount === 1;
}

export async function countFileLook(
  db: Queryable,
  file: FileKey & { looks: number; now: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update card_files set lookups = $3, looked_at = $4 where card_id = $1 and name = $2 and state = 'completing'`,
    [file.cardId, file.name, file.looks, file.now],
  );
  return rowCount === 1;
}

/** The file stands in the thread. */
export async function markFileCompleted(db: Queryable, file: FileKey & { now: Date }): Promise<boolean> {
  const { rowCount } = await db.query(
    `update card_files set state = 'completed', completed_at = $3, completing_at = null, last_error = null,
       held_at = null
     where card_id = $1 and name = $2 and state = 'completing'`,
    [file.cardId, file.name, file.now],
  );
  return rowCount === 1;
}

/** Waits for Slack to answer again, since the first time that it did not. */
export async function holdFile(db: Queryable, file: FileKey & { now: Date }): Promise<void> {
  await db.query(`update card_files set held_at = coalesce(held_at, $3) where card_id = $1 and name = $2`, [
    file.cardId,
    file.name,
    file.now,
  ]);
}

export async function noteFileError(db: Queryable, file: FileKey, error: string): Promise<void> {
  await db.query(`update card_files set last_error = $3 where card_id = $1 and name = $2`, [
    file.cardId,
    file.name,
    error,
  ]);
}

/** Given up until somebody asks for its card again. */
export async function markFileFailed(db: Queryable, file: FileKey, error: string): Promise<void> {
  await db.query(
    `update card_files set state = 'failed', last_error = $3, held_at = null where card_id = $1 and name = $2 and state <> 'completed'`,
    [file.cardId, file.name, error],
  );
}

/** A file that failed is asked for again; one that may already stand in the thread is looked for first. */
export async function reviveFile(db: Queryable, file: FileKey): Promise<void> {
  await db.query(
    `update card_files set state = case when completing_at is not null then 'completing' else 'wanted' end
     where card_id = $1 and name = $2 and state = 'failed'`,
    [file.cardId, file.name],
  );
}
