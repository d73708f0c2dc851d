import { appendAudit } from '../audit/append.ts';
import { businessDayOf } from '../business-day.ts';
import type { Tx } from '../database/pool.ts';
import { newId, type ExemptionId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { actorOf } from '../people/types.ts';
import { attempt, refuse, type Actor } from './attempt.ts';
import { exemptionEntry } from './audit-entries.ts';
import { taskOf, type ExemptionDeps } from './deps.ts';
import { judgeFields, type ExemptionFields, type JudgedFields } from './fields.ts';
import { readHolder } from './owner.ts';
import type { ExemptionOutcome } from './refusals.ts';
import { daysBetween } from './standing.ts';
import { insertExemption, readNewestNamed, selectExemptions } from './store.ts';
import { SAME_AGAIN_DAYS, type Exemption } from './types.ts';

export type { ExemptionFields } from './fields.ts';

/** Whose it is. */
type Holders = Pick<Exemption, 'ownerId' | 'ownerKey' | 'deputyId' | 'deputyKey'>;

/**
 * Opens an exemption. That the person may add one is for the caller to know. Of one name and place one is open; the same
 * again within 90 days of its closing is more time, which others approve. Domain section 7.
 */
export async function addExemption(
  deps: ExemptionDeps,
  now: Date,
  asked: { fields: ExemptionFields; person: Actor; requestId: string },
): Promise<ExemptionOutcome<{ exemption: Exemption }>> {
  const today = businessDayOf(now, deps.policy.business.time_zone);
  const judged = judgeFields(asked.fields, today);
  if (!judged.ok) return judged;
  const holders = await readHolders(deps, judged.fields);
  if (!holders.ok) return holders;
  const { person, requestId } = asked;
  const outcome = await attempt(deps.pool, now, { wanted: 'add', person, id: null, requestId }, (tx) =>
    open(tx, deps, now, { ...judged.fields, ...holders.holders, today, person }),
  );
  if (outcome.ok) deps.onChange?.('added');
  return outcome;
}

async function readHolders(
  deps: ExemptionDeps,
  { ownerId, deputyId }: JudgedFields,
): Promise<ExemptionOutcome<{ holders: Holders }>> {
  const owner = await readHolder(deps, ownerId, 'owner');
  if (!owner.ok) return owner;
  const held = { ownerId: owner.id, ownerKey: owner.key };
  if (deputyId === null) return { ok: true, holders: { ...held, deputyId, deputyKey: null } };
  const deputy = await readHolder(deps, deputyId, 'deputy');
  if (!deputy.ok) return deputy;
  if (deputy.key === owner.key) return { ok: false, refusal: { why: 'deputy_is_owner' } };
  return { ok: true, holders: { ...held, deputyId: deputy.id, deputyKey: deputy.key } };
}

async function open(
  tx: Tx,
  { policy }: ExemptionDeps,
  now: Date,
  row: JudgedFields & Holders & { today: string; person: Actor },
): Promise<{ exemption: Exemption }> {
  const openedBy = actorOf(row.person);
  const exemption = await insertExemption(tx, {
    ...row,
    id: newId<ExemptionId>(),
    openedBy,
    openedAt: now,
    openedOn: row.today,
  });
  if (exemption === null) {
    const other = await readNewestNamed(tx, row);
    refuse(other === null ? { why: 'repeated' } : { why: 'open_already', number: other.number });
  }
  // Looked for once ours stands, so that none can be opened and closed between the look and the row.
  await refuseSameAgain(tx, exemption, row.today, policy.business.time_zone);
  await enqueueTask(tx, now, taskOf(exemption.id, now));
  const { name, place, mitigation, ticket, links, risk, route, firstDeadline } = exemption;
  await appendAudit(tx, now, [
    exemptionEntry(exemption, 'added', {
      actor: openedBy,
      data: { risk, route, openedOn: exemption.openedOn, firstDeadline },
      personal: JSON.stringify({ name, place, mitigation, ticket, links }),
    }),
  ]);
  return { exemption };
}

async function refuseSameAgain(tx: Tx, opened: Exemption, today: string, zone: string): Promise<void> {
  const [closed] = await selectExemptions(
    tx,
    `where lower(e.name) = lower($1) and lower(e.place) = lower($2) and e.state = 'closed' and e.id <> $3
      order by e.closed_at desc limit 1`,
    [opened.name, opened.place, opened.id],
  );
  if (closed === undefined || closed.closedAt === null) return;
  const closedOn = businessDayOf(closed.closedAt, zone);
  if (daysBetween(closedOn, today) > SAME_AGAIN_DAYS) return;
  refuse({ why: 'closed_recently', number: closed.number, id: closed.id, closedOn }, closed.id);
}
