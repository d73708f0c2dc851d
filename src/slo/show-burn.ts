import { quietUntil } from '../calendar.ts';
import { refreshCards, requestCard } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import type { Policy } from '../policy.ts';
import { episodeSubject } from './deps.ts';
import { BURN_CARD, SLO_CHANNEL, type Episode } from './types.ts';

/**
 * Asks for the one message of an episode in #slo: a page's at once, a ticket's at the end of the quiet hours. It is
 * rewritten ever after.
 */
export async function showBurn(
  tx: Tx,
  now: Date,
  policy: Policy,
  episode: Pick<Episode, 'id' | 'level'>,
): Promise<void> {
  const notBefore = episode.level === 'page' ? null : quietUntil(policy, now);
  await requestCard(tx, now, {
    kind: BURN_CARD,
    subject: episodeSubject(episode),
    channel: SLO_CHANNEL,
    ...(notBefore === null ? {} : { notBefore }),
  });
}

/** Lets its message show what it is now; one that pages by now waits for no morning. */
export async function refreshBurn(tx: Tx, now: Date, episode: Pick<Episode, 'id' | 'level'>): Promise<void> {
  const subject = episodeSubject(episode);
  if (episode.level === 'page') {
    await tx.query(
      `update cards set not_before = $3
        where kind = $1 and subject_kind = 'slo_episode' and subject_id = $2 and state = 'wanted' and not_before > $3`,
      [BURN_CARD, subject.id, now],
    );
  }
  await refreshCards(tx, now, { kind: BURN_CARD, subject });
}

/**
 * Lets the message of the episode that burns now show who has its escalation: for whoever follows what becomes of
 * escalations, in that transaction. Nothing happens when none burns.
 */
export async function refreshBurnOf(tx: Tx, now: Date, slo: string): Promise<void> {
  const { rows } = await tx.query<Pick<Episode, 'id' | 'level'>>(
    `select id, level from slo_episodes where slo = $1 and state = 'burning'`,
    [slo],
  );
  for (const episode of rows) await refreshBurn(tx, now, episode);
}
