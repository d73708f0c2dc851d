import { OFFERING_MS } from '../operations/retry-safe.ts';
import { isFinanceFault } from '../operations/send.ts';
import type { Person } from '../people/types.ts';
import { canReachNow, readBeneficiary, readRoster } from './approvers.ts';
import { countQuorum } from './count-together.ts';
import type { OverrideDeps } from './deps.ts';
import type { FormModel } from './models.ts';
import { openAlready } from './open-already.ts';
import type { OverrideOutcome, OverrideRefusal } from './refusals.ts';
import { readUnsettled, wasRejected } from './store.ts';
import { choiceKey, type OverrideFacts, type Quorum } from './types.ts';

/** The modal stands there and says that it is reading. */
const ASK_MS = 5_000;

export interface FormRequest {
  kind: string;
  /** '': whichever tenant of the policy has it. */
  tenantId: string;
  subjectId: string;
  person: Pick<Person, 'userId' | 'key'>;
}

/** What the modal that asks is drawn from: providers are asked first, within seconds. */
export async function loadForm(
  deps: OverrideDeps,
  now: Date,
  { kind: name, tenantId, subjectId, person }: FormRequest,
): Promise<OverrideOutcome<{ form: FormModel }>> {
  const refuse = (refusal: OverrideRefusal) => ({ ok: false as const, refusal });
  const { pool, policy } = deps;
  const kind = deps.kinds.get(name);
  if (kind === undefined) return refuse({ why: 'not_found' });
  const facts = await readAsking(deps, () =>
    kind.load({ tenantId, subjectId }, { now, ask: true, limitMs: ASK_MS }),
  );
  if (facts === null) return refuse({ why: 'not_found' });
  if (facts === 'unreadable') return refuse({ why: 'unreadable' });
  const about = { tenantId: facts.tenantId, subject: { kind: kind.subjectKind, id: subjectId } };
  const open = await readUnsettled(pool, about);
  if (open !== null) return refuse(await openAlready(pool, open));
  const readAt = new Date(facts.readAt);
  const verdicts = kind.targets(facts, readAt, OFFERING_MS);
  const holding = verdicts.filter(({ holds }) => holds);
  if (holding.length === 0) return refuse({ why: 'no_target', verdicts });
  const roster = await readRoster(pool, policy);
  if (roster === null) return refuse({ why: 'roles_unread' });
  const afterRejection = await wasRejected(pool, about);
  const quorums: Record<string, Quorum> = {};
  const unreachable: string[] = [];
  for (const verdict of holding) {
    const stake = kind.stake(facts, verdict);
    const counted = { tenantId: facts.tenantId, stake, verdict, afterRejection, exceptId: null };
    const quorum = await countQuorum(pool, policy, readAt, counted);
    quorums[choiceKey(verdict)] = quorum;
    const terms = kind.terms(facts, verdict);
    const asked = { requesterKey: person.key, tenantId: facts.tenantId, accountId: stake.accountId, terms };
    if (canReachNow(policy, readAt, { quorum, roster, about: asked }) !== null)
      unreachable.push(choiceKey(verdict));
  }
  const first = holding[0] as (typeof holding)[number];
  const { accountId } = kind.stake(facts, first);
  const account = { tenantId: facts.tenantId, accountId };
  const beneficiary = await readBeneficiary(pool, policy, account, kind.terms(facts, first));
  return {
    ok: true,
    form: {
      facts,
      verdicts,
      quorums,
      unreachable,
      beneficiary,
      isOwn: beneficiary?.key === person.key || beneficiary?.userIds.includes(person.userId) === true,
      tenantName: policy.tenants.find(({ id }) => id === facts.tenantId)?.name ?? facts.tenantId,
      reportingCurrency: policy.business.reporting_currency,
      timeZone: policy.business.time_zone,
      ticketPattern: policy.overrides.ticket,
      askedNow: wasAsked(facts, now),
      now: readAt,
    },
  };
}

async function readAsking(
  { log }: OverrideDeps,
  load: () => Promise<OverrideFacts | null>,
): Promise<OverrideFacts | null | 'unreadable'> {
  try {
    return await load();
  } catch (error) {
    if (!isFinanceFault(error)) throw error;
    log.warn({ error: error.message }, 'what an override is asked for could not be read');
    return 'unreadable';
  }
}

/** Was every attempt that can be asked about asked about since? */
function wasAsked(facts: OverrideFacts, since: Date): boolean {
  if (facts.kind !== 'payout') return true;
  const { attempts } = facts;
  const askable = attempts.filter(({ reference }) => reference !== null && reference !== '');
  return askable.every(({ askedAt }) => askedAt !== null && Date.parse(askedAt) >= since.getTime());
}
