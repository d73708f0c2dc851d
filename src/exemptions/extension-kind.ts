import { businessDayOf, shiftDay } from '../business-day.ts';
import type { Pool, Queryable, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { stakeWithoutMoney, type Executed, type OverrideKind } from '../overrides/kind.ts';
import { extensionQuorum } from '../overrides/quorum.ts';
import {
  EXTENSION_CHOICES,
  NO_TENANT,
  type Choice,
  type ExemptionFacts,
  type Override,
  type Terms,
  type Verdict,
} from '../overrides/types.ts';
import { exemptionEntry } from './audit-entries.ts';
import { ACTOR, taskOf, type ExemptionDeps } from './deps.ts';
import { refreshExemption } from './show.ts';
import { daysBetween, standingOf } from './standing.ts';
import { insertExtension, lockExemption, readExemption, readNewestNamed, writeExemption } from './store.ts';
import { MOST_EXTENSIONS, SAME_AGAIN_DAYS, type Exemption } from './types.ts';

type KindDeps = Pick<ExemptionDeps, 'policy' | 'settle'> & { pool: Pool };

/** More time for an exemption, as a kind of what is done by hand. Domain section 7. */
export function makeExtensionKind(deps: KindDeps): OverrideKind<ExemptionFacts> {
  const zone = deps.policy.business.time_zone;
  return {
    kind: 'exemption',
    subjectKind: 'exemption',
    async load({ subjectId }, { now }) {
      const exemption = await readExemption(deps.pool, subjectId);
      return exemption === null ? null : await factsOf(deps.pool, exemption, now, zone);
    },
    targets: (facts, now) =>
      EXTENSION_CHOICES.map((choice) => verdictOf(facts, choice, businessDayOf(now, zone))),
    terms: termsOf,
    stake: ({ extensions }) => stakeWithoutMoney(extensionQuorum(extensions)),
    execute: (tx, now, override) => extend(tx, deps, now, override),
  };
}

async function factsOf(
  db: Queryable,
  exemption: Exemption,
  now: Date,
  zone: string,
): Promise<ExemptionFacts> {
  const newest = await readNewestNamed(db, exemption);
  const isAnother = newest !== null && newest.id !== exemption.id && newest.state !== 'closed';
  const { id, closedAt, number, name, place, risk, route, mitigation } = exemption;
  const { ownerId, ownerKey, deputyId, deputyKey, state, openedOn, firstDeadline } = exemption;
  return {
    kind: 'exemption',
    tenantId: NO_TENANT,
    exemptionId: id,
    number,
    name,
    place,
    risk,
    route,
    ownerId,
    ownerKey,
    deputyId,
    deputyKey,
    state,
    openedOn,
    firstDeadline,
    deadline: exemption.deadline,
    extensions: exemption.extensions,
    isOverdue: standingOf(exemption, now, zone).isOverdue,
    closedOn: closedAt === null ? null : businessDayOf(closedAt, zone),
    openAgainAs: isAnother ? newest.number : null,
    mitigation,
    readAt: now.toISOString(),
  };
}

function verdictOf(facts: ExemptionFacts, choice: Choice, today: string): Verdict {
  const { closedOn, extensions, state, deadline } = facts;
  const reasons: string[] = [];
  if (extensions >= MOST_EXTENSIONS) reasons.push('extended_twice');
  if (state === 'closing') reasons.push('handed_in');
  if (closedOn !== null && daysBetween(closedOn, today) > SAME_AGAIN_DAYS) reasons.push('closed_long_ago');
  if (facts.openAgainAs !== null) reasons.push('open_again');
  if (shiftDay(today, daysOf(choice)) <= deadline) reasons.push('not_later');
  return { ...choice, holds: reasons.length === 0, reasons, needsEvidence: false, needsTwo: true };
}

/** What an approver agrees to: so many days from the decision, for what it is now, whoever holds it. Pure. */
function termsOf(facts: ExemptionFacts, { target, basis }: Choice): Terms {
  const { state, deadline, extensions, ownerId, ownerKey, deputyId, deputyKey } = facts;
  // By id as well: whose other account somebody is, the policy may say later.
  const barred = [ownerKey, deputyKey, ownerId, deputyId].filter((word) => word !== null);
  return {
    target,
    basis,
    kind: facts.kind,
    tenantId: facts.tenantId,
    subject: { kind: 'exemption', id: facts.exemptionId },
    amountMinor: null,
    currency: null,
    payeeRef: null,
    state: `${state}, ${deadline}, ${extensions}, ${ownerId}`,
    attempts: [],
    endsOperationId: null,
    barred: [...new Set(barred)],
  };
}

/** Moves the deadline, under the exemption's lock: until so many days after the day on which the last vote came. */
async function extend(tx: Tx, deps: KindDeps, now: Date, override: Override): Promise<Executed> {
  const { stateBefore, approvedAt } = override;
  assert(stateBefore?.kind === 'exemption' && approvedAt !== null, 'it is approved, about an exemption');
  const zone = deps.policy.business.time_zone;
  const exemption = await lockExemption(tx, override.subject.id);
  assert(exemption !== null, 'exemptions are kept');
  // It changed between the reading and the lock: whoever reads it again makes it void.
  const live = await factsOf(tx, exemption, now, zone);
  if (termsOf(live, override).state !== termsOf(stateBefore, override).state)
    return { as: 'wait', until: now };
  const decidedOn = businessDayOf(approvedAt, zone);
  const deadline = shiftDay(decidedOn, daysOf(override));
  const number = exemption.extensions + 1;
  await insertExtension(tx, {
    exemptionId: exemption.id,
    number,
    overrideId: override.id,
    decidedOn,
    decidedAt: approvedAt,
    was: exemption.deadline,
    deadline,
  });
  const after = await writeExemption(tx, exemption, {
    deadline,
    extensions: number,
    state: 'open',
    closedAt: null,
  });
  await enqueueTask(tx, now, taskOf(after.id, now));
  await refreshExemption(tx, now, after);
  const settled = await deps.settle(tx, now, { exemption: after, by: ACTOR, how: 'extended' });
  const data = {
    override: override.id,
    number,
    was: exemption.deadline,
    deadline,
    reopened: exemption.state === 'closed',
  };
  return {
    as: 'done',
    after: await factsOf(tx, after, now, zone),
    entries: [...settled, exemptionEntry(after, 'extended', { actor: ACTOR, data })],
  };
}

function daysOf({ basis }: Choice): number {
  const days = Number(/^days_(\d+)$/.exec(basis)?.[1]);
  assert(days >= 1 && days <= 30, `nobody is given ${basis}`);
  return days;
}
