import { businessDayOf } from '../business-day.ts';
import type { Queryable } from '../database/pool.ts';
import { userOf } from '../findings/actors.ts';
import type { UserId } from '../ids.ts';
import { membersByRole } from '../people/changes.ts';
import { readBook } from '../people/snapshot.ts';
import { isMeant, slackOf } from '../people/who-is-who.ts';
import type { Policy } from '../policy.ts';
import { barredFrom, canReach, eligibleNow } from './eligibility.ts';
import type { Names } from './held-roles.ts';
import type { OverrideModel } from './models.ts';
import type { OverrideRefusal } from './refusals.ts';
import type { Holders, Override, OverrideVersion, Quorum, Terms } from './types.ts';

/** Who holds which role by what was read last. */
export interface Roster {
  holders: Holders;
  namesById: Names;
  /** Who holds any role in the app. */
  inApp: ReadonlySet<string>;
}

/** Null: who may approve was never read. */
export async function readRoster(db: Queryable, policy: Policy): Promise<Roster | null> {
  const book = await readBook(db);
  const members = membersByRole(policy.roles, book);
  const [managers, leads] = [members.get('managers'), members.get('leads')];
  if (managers === undefined || leads === undefined) return null;
  // Where it was never read, nobody of security approves anything.
  const security = members.get('security') ?? [];
  const gone = await readGone(db);
  const there = (ids: readonly string[]) => ids.filter((id) => !gone.has(id)) as UserId[];
  return {
    holders: { managers: there(managers), leads: there(leads), security: there(security) },
    namesById: await readNames(db),
    inApp: new Set([...members.values()].flatMap(there)),
  };
}

/** Who is in a group and yet may do nothing here. */
async function readGone(db: Queryable): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ user_id: string }>(
    `select user_id from people where is_deleted or is_guest or is_stranger or is_bot`,
  );
  return new Set(rows.map((row) => row.user_id));
}

/** User names by Slack id, of those of whom we have read one. */
export async function readNames(db: Queryable): Promise<Names> {
  const { rows } = await db.query<{ user_id: string; name: string }>(
    `select user_id, name from people
     union all
     select i.user_id, n.name from user_names n cross join unnest(n.user_ids) as i (user_id)
      where cardinality(n.user_ids) = 1 and not exists (select from people p where p.user_id = i.user_id)`,
  );
  return new Map(rows.map((row) => [row.user_id, row.name]));
}

/** Could the quorum be reached at all, without the requester and the beneficiary? Null: it could. Pure. */
export function canReachNow(
  policy: Policy,
  now: Date,
  {
    quorum,
    roster,
    about,
  }: {
    quorum: Quorum;
    roster: Roster;
    about: {
      requesterKey: string;
      tenantId: string;
      accountId: string | null;
      terms: Pick<Terms, 'barred'>;
    };
  },
): OverrideRefusal | null {
  const eligible = eligibleNow(policy, roster.holders, roster.namesById, {
    requesterKey: about.requesterKey,
    beneficiaryKeys: barredFrom({ policy, names: roster.namesById }, about, about.terms),
    withSecurity: quorum.security !== undefined,
    day: businessDayOf(now, policy.business.time_zone),
    inApp: roster.inApp,
  });
  if (canReach(quorum, eligible)) return null;
  const { needed, leads, security } = quorum;
  const lacksSecurity = security !== undefined && eligible.seats >= needed && eligible.leadSeats >= leads;
  return {
    why: 'nobody_approves',
    needed,
    leads,
    eligible: eligible.seats,
    eligibleLeads: eligible.leadSeats,
    ...(lacksSecurity ? { lacksSecurity } : {}),
  };
}

/** Who may approve a version, as its card names them: by the day on which it opened, so that a card stays what it says. */
export async function readApprovers(
  db: Queryable,
  policy: Policy,
  override: Override,
  version: OverrideVersion,
): Promise<OverrideModel['approvers']> {
  const roster = await readRoster(db, policy);
  if (roster === null) return { userIds: [], leadIds: [], securityIds: [], isUnknown: true };
  const day = businessDayOf(version.openedAt, policy.business.time_zone);
  const { userIds, leadIds, securityIds } = eligibleNow(policy, roster.holders, roster.namesById, {
    requesterKey: override.requesterKey,
    beneficiaryKeys: barredFrom({ policy, names: roster.namesById }, override, version.terms),
    withSecurity: version.quorum.security !== undefined,
    day,
    inApp: roster.inApp,
    opening: { holders: version.holders, day },
  });
  const requester = userOf(override.requestedBy);
  const without = (ids: readonly UserId[]) => ids.filter((id) => id !== requester);
  return {
    userIds: without(userIds),
    leadIds: without(leadIds),
    securityIds: without(securityIds),
    isUnknown: false,
  };
}

/** Whose account it is, or who else does not approve; null: nobody knows. */
export async function readBeneficiary(
  db: Queryable,
  policy: Policy,
  account: { tenantId: string; accountId: string | null },
  terms: Pick<Terms, 'barred'>,
): Promise<OverrideModel['beneficiary']> {
  const names = await readNames(db);
  const keys = barredFrom({ policy, names }, account, terms);
  const [key] = keys;
  if (key === undefined) return terms.barred === undefined ? null : { key: '', userIds: [] };
  const words = keys.flatMap((each) => slackOf(policy, each));
  const userIds = [...names].filter(([id, name]) => words.some((word) => isMeant(word, { id, name })));
  return { key, userIds: userIds.map(([id]) => id as UserId) };
}
