import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Pool } from '../database/pool.ts';
import { isRefusalDue } from '../people/note-refusal.ts';
import { actorOf } from '../people/types.ts';
import type { UserId } from '../ids.ts';
import type { SecretShape } from './find-secret.ts';

/** Ids of our own blocks are shorter; whatever else arrives is cut. */
const MOST_FIELD_LENGTH = 64;

/**
 * Audits that a secret's value was typed: who, where, and what it looked like, never the text nor a hash of it. The same
 * person in the same field is noted once a minute.
 */
export async function noteSecretRefused(
  pool: Pool,
  now: Date,
  refusal: {
    userId: UserId;
    /** A modal's callback id, or a command with its slash. */
    where: string;
    /** The input's block id; 'words' behind a command. */
    field: string;
    shape: SecretShape;
  },
): Promise<void> {
  const { userId, where, shape } = refusal;
  const field = refusal.field.slice(0, MOST_FIELD_LENGTH);
  await withTransaction(pool, async (tx) => {
    if (!(await isRefusalDue(tx, now, [userId, 'secret', where, field, shape]))) return;
    const data = { where, field, shape };
    await appendAudit(tx, now, [
      {
        actor: actorOf({ userId }),
        action: 'secret.refused',
        tenantId: null,
        subject: { kind: 'person', id: userId },
        data,
      },
    ]);
  });
}
