import type { AuditEntry } from '../audit/types.ts';
import { refreshCards, requestCard, type CardRequest } from '../cards/request-card.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import { newId, type CardId } from '../ids.ts';
import type { Locale } from '../texts.ts';
import { noteBreach } from './breach.ts';
import { ACTOR, type ExemptionDeps } from './deps.ts';
import { readLeadId, readLocaleOf } from './lead.ts';
import { dropUnsent, insertNag, readDeadlineSince, readNagBefore, readRunningNags } from './nag-store.ts';
import { decideNext, type WantedNag } from './next-step.ts';
import { readClosing } from './store.ts';
import { CLOSING_CARD, NAG_CARD, SECURITY_CHANNEL, type Exemption } from './types.ts';

/** What came of one look at an exemption. */
export interface Reminded {
  nextAt: Date;
  entries: AuditEntry[];
}

/**
 * Asks for the reminders that are due, notes the breach of the first deadline, and escalates past the running one; under
 * the exemption's lock. The caller appends the entries, last. Domain section 7.
 */
export async function remind(
  tx: Tx,
  deps: Pick<ExemptionDeps, 'policy' | 'escalate'>,
  now: Date,
  of: { exemption: Exemption; owner: { timeZone: string; locale: Locale } },
): Promise<Reminded> {
  const { policy } = deps;
  const entries: AuditEntry[] = [];
  let { exemption } = of;
  const closing =
    exemption.state === 'closing' && exemption.closingId !== null
      ? await readClosing(tx, exemption.closingId)
      : null;
  const clock = { calendar: policy, nagAt: policy.exemptions.nag_at };
  const facts = {
    exemption,
    closing,
    since: await readDeadlineSince(tx, exemption),
    nags: await readRunningNags(tx, exemption, closing),
    owner: { ...clock, timeZone: of.owner.timeZone },
    business: { ...clock, timeZone: policy.business.time_zone },
    leadId: await readLeadId(tx, policy, exemption),
  };
  const next = decideNext(facts, SECURITY_CHANNEL, now);
  for (const nag of next.nags) {
    entries.push(...(await askFor(tx, now, { exemption, nag, locale: of.owner.locale })));
  }
  if (next.breachedAt !== null) {
    const breach = await noteBreach(tx, exemption, next.breachedAt);
    exemption = breach.exemption;
    entries.push(breach.entry);
  }
  if (next.isPastDeadline) entries.push(...(await deps.escalate(tx, now, { exemption, startedBy: ACTOR })));
  return { nextAt: next.nextAt, entries };
}

/** One more reminder: its row, its message, and the one before without its buttons. */
async function askFor(
  tx: Tx,
  now: Date,
  { exemption, nag, locale }: { exemption: Exemption; nag: WantedNag; locale: Locale },
): Promise<AuditEntry[]> {
  const row = { ...nag, id: newId(), exemptionId: exemption.id, deadline: exemption.deadline, askedAt: now };
  if (!(await insertNag(tx, row))) return [];
  await dropUnsent(tx, row, now);
  const before = await readNagBefore(tx, row);
  await requestCard(tx, now, {
    kind: NAG_CARD,
    subject: { kind: 'exemption_nag', id: row.id },
    ...(await placeOf(tx, nag, locale)),
  });
  if (before !== null) {
    await refreshCards(tx, now, { kind: NAG_CARD, subject: { kind: 'exemption_nag', id: before } });
  }
  const { deadline } = exemption;
  const { step, audience, recipient, closingId } = nag;
  return [
    entryOf(exemption, 'exemption.nag_asked', {
      nag: row.id,
      deadline,
      step,
      audience,
      recipient,
      ...(closingId === null ? {} : { closing: closingId }),
    }),
  ];
}

/** A direct message in the reader's language; what is for all of security stands in their channel. */
async function placeOf(
  tx: Tx,
  { audience, recipient, closingId }: WantedNag,
  ownerLocale: Locale,
): Promise<Pick<CardRequest, 'channel' | 'locale' | 'threadCardId'>> {
  if (audience === 'owner') return { channel: recipient, locale: ownerLocale };
  if (audience === 'lead') return { channel: recipient, locale: await readLocaleOf(tx, recipient) };
  const threadCardId = closingId === null ? null : await findClosingCard(tx, closingId);
  return { channel: SECURITY_CHANNEL, ...(threadCardId === null ? {} : { threadCardId }) };
}

async function findClosingCard(db: Queryable, closingId: string): Promise<CardId | null> {
  const { rows } = await db.query<{ id: CardId }>(
    `select id from cards
      where kind = $1 and subject_kind = 'exemption_closing' and subject_id = $2 and channel = $3
        and not (state = 'failed' and ts is null)`,
    [CLOSING_CARD, closingId, SECURITY_CHANNEL],
  );
  return rows[0]?.id ?? null;
}

export function entryOf({ id }: Pick<Exemption, 'id'>, action: string, data: object): AuditEntry {
  return { actor: ACTOR, action, tenantId: null, subject: { kind: 'exemption', id }, data };
}
