import { requestCard } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import { CLOSING_CARD, SECURITY_CHANNEL, type Closing } from './types.ts';

/** Asks that what was handed in stands in #security, where somebody accepts or refuses it. */
export async function openClosingCard(tx: Tx, now: Date, { id }: Pick<Closing, 'id'>): Promise<void> {
  await requestCard(tx, now, {
    kind: CLOSING_CARD,
    subject: { kind: 'exemption_closing', id },
    channel: SECURITY_CHANNEL,
  });
}
