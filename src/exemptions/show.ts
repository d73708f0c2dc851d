import { refreshCards } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import { CLOSING_CARD, NAG_CARD, ROLL_CARD, type Exemption } from './types.ts';

const CARD_OF = {
  exemption_nag: NAG_CARD,
  exemption_closing: CLOSING_CARD,
  exemption_roll: ROLL_CARD,
} as const;

/**
 * Asks that every message that shows it shows it anew: its reminders, what was handed in, and the newest message about
 * the overdue, if it stands in there.
 */
export async function refreshExemption(tx: Tx, now: Date, { id }: Pick<Exemption, 'id'>): Promise<void> {
  const { rows } = await tx.query<{ kind: keyof typeof CARD_OF; id: string }>(
    `select 'exemption_nag' as kind, id::text from exemption_nags where exemption_id = $1
     union all
     select 'exemption_closing', id::text from exemption_closings where exemption_id = $1
     union all
     select 'exemption_roll', r.day::text
       from (select day from exemption_rolls order by day desc limit 1) r
       join exemptions e on e.id = $1 and e.first_deadline < r.day
     order by 1, 2`,
    [id],
  );
  for (const subject of rows) await refreshCards(tx, now, { kind: CARD_OF[subject.kind], subject });
}
