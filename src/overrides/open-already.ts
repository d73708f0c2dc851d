import type { Queryable } from '../database/pool.ts';
import { readMessage } from './read-message.ts';
import type { OverrideRefusal } from './refusals.ts';
import type { Override } from './types.ts';

/** One is open already about the same: whoever asks is shown where. */
export async function openAlready(db: Queryable, open: Override): Promise<OverrideRefusal> {
  const message = await readMessage(db, open.id);
  return { why: 'open_already', overrideId: open.id, message, by: open.requestedBy, at: open.requestedAt };
}
