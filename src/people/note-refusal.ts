import { createHash } from 'node:crypto';
import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import type { PeopleDeps } from './deps.ts';
import type { People } from './types.ts';

/** On our Clock: somebody who presses on and on must not fill the audit log. */
const ONCE_EVERY_MS = 60_000;
/** A Slack id has eleven characters; a forged one may have any number. */
const MOST_ID_LENGTH = 64;
/** Of what a forged button names; the log is indexed by it. */
const MOST_SUBJECT_LENGTH = 200;

/** Counts a refusal, and audits it unless the same person was refused about the same subject less than a minute ago. */
export function makeNoteRefusal(
  deps: Pick<PeopleDeps, 'pool' | 'clock' | 'onRefused'>,
): People['noteRefusal'] {
  return async ({ clicker, why, action, subject }) => {
    deps.onRefused?.(why);
    const now = deps.clock.now();
    const userId = clicker.userId.slice(0, MOST_ID_LENGTH);
    await withTransaction(deps.pool, async (tx) => {
      const words = [clicker.userId, subject.kind, subject.id];
      if (!(await isRefusalDue(tx, now, words))) return;
      await appendAudit(tx, now, [
        {
          actor: `person:${userId}`,
          action: 'access.refused',
          tenantId: null,
          subject: { kind: subject.kind, id: subject.id.slice(0, MOST_SUBJECT_LENGTH) },
          data: { why, action, team: clicker.teamId.slice(0, MOST_ID_LENGTH) },
        },
      ]);
    });
  };
}

/** Is a refusal of these words to be audited, since none was within a minute? Whoever asks first has it. */
export async function isRefusalDue(tx: Tx, now: Date, words: readonly string[]): Promise<boolean> {
  const key = createHash('sha256').update(JSON.stringify(words)).digest('hex');
  const { rowCount } = await tx.query(
    `insert into refusals as r (key, audited_at) values ($1, $2)
     on conflict (key) do update set audited_at = excluded.audited_at where r.audited_at <= $3`,
    [key, now, new Date(now.getTime() - ONCE_EVERY_MS)],
  );
  return rowCount === 1;
}
