import { makeEvidence } from '../../findings/evidence.ts';
import { causeKey } from '../../findings/key.ts';
import type { Observation } from '../../findings/types.ts';
import type { Facts, Rule } from '../context.ts';
import { observe } from '../observe.ts';

interface Row {
  id: string;
  tenant_id: string;
  account_id: string;
  currency: string;
  event: string;
  created_at: Date;
}

/** R25: the mapping does not know a ledger entry's event (a delta is null): its account counts as unknown, not clean. */
export const unknownEvent: Rule = {
  ids: ['R25'],
  needs: [],
  windowOnly: true,
  async observe(context) {
    const { rows } = await context.client.query<Row>(
      `select l.id, l.tenant_id, l.account_id, l.currency, l.event, l.created_at
         from ledger_entries l
        where (l.delta_available is null or l.delta_held is null)
          and (l.created_at >= $1 and l.created_at < $2 or l.id = any ($3::text[]))`,
      [context.window.from ?? '-infinity', context.window.to ?? 'infinity', context.open.ledgerEntries],
    );
    return rows.map((row) => observeR25(row, context));
  },
};

function observeR25(row: Row, facts: Facts): Observation {
  return observe(
    {
      rule: 'R25',
      tenantId: row.tenant_id,
      subject: { kind: 'ledger_entry', id: row.id },
      accountId: row.account_id,
      currency: row.currency,
      base: 'MED',
      action: 'manual_review',
      evidence: makeEvidence('R25', { account: { account: row.account_id }, event: row.event }),
      // One event that the mapping lacks is one cause, whatever the number of entries.
      causeKey: causeKey('ledger_event', row.tenant_id, row.event),
      occurredAt: row.created_at,
    },
    facts,
  );
}
