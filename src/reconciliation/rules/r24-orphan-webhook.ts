import { makeEvidence } from '../../findings/evidence.ts';
import { ALL_TENANTS, causeKey } from '../../findings/key.ts';
import type { Observation } from '../../findings/types.ts';
import type { Facts, Rule } from '../context.ts';
import { observe } from '../observe.ts';

interface Row {
  id: string;
  provider: string;
  provider_event_id: string;
  kind: string;
  transaction_id: string;
  received_at: Date;
}

/**
 * R24: a webhook names a transaction that does not exist. What failed its signature proves nothing and is left out,
 * and so is what names no transaction; deliveries of one event are one finding, about the first. Webhooks carry no
 * amount, so only age lifts it.
 */
export const orphanWebhook: Rule = {
  ids: ['R24'],
  needs: ['webhook_events'],
  windowOnly: true,
  async observe(context) {
    const { rows } = await context.client.query<Row>(
      `select distinct on (w.provider, w.provider_event_id)
              w.id, w.provider, w.provider_event_id, w.kind, w.transaction_id, w.received_at
         from webhook_events w
        where w.outcome in ('accepted', 'failed') and w.transaction_id is not null
          and (w.received_at >= $1 and w.received_at < $2 or w.id = any ($3::text[]))
          and not exists (select from transactions t where t.id = w.transaction_id)
          and not exists (
            select from webhook_events e
             where e.provider = w.provider and e.provider_event_id = w.provider_event_id
               and e.id = any ($3::text[]) and e.id <> w.id)
        order by w.provider, w.provider_event_id, w.received_at, w.id`,
      [context.window.from ?? '-infinity', context.window.to ?? 'infinity', context.open.webhooks],
    );
    return rows.map((row) => observeR24(row, context));
  },
};

function observeR24(row: Row, facts: Facts): Observation {
  const { tenants } = facts.policy;
  const only = tenants.length === 1 ? tenants[0] : undefined;
  return observe(
    {
      rule: 'R24',
      tenantId: only?.id ?? ALL_TENANTS,
      subject: { kind: 'webhook', id: row.id },
      provider: row.provider,
      base: 'MED',
      action: 'manual_review',
      evidence: makeEvidence('R24', {
        provider: row.provider,
        event: row.provider_event_id,
        kind: row.kind,
        transaction: row.transaction_id,
      }),
      causeKey: causeKey('webhook', row.provider, row.transaction_id),
      occurredAt: row.received_at,
    },
    facts,
  );
}
