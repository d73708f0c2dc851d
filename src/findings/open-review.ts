import { businessDayOf, shiftDay } from '../business-day.ts';
import { withReadSnapshot, type Pool, type Queryable } from '../database/pool.ts';
import { actorOf, holdsOne, type Person, type Role } from '../people/types.ts';
import { readOpenAcceptance } from './acceptance-store.ts';
import { askedHash, possibleActs, refuseUndo } from './act-rules.ts';
import { hasRunSince, readLastChange } from './act-store.ts';
import { MOST_ACCEPTED_DAYS, NOTE_LIMIT, UNDO_MS } from './act-types.ts';
import { payoutKey, type FindingsDeps, type PayoutLine } from './deps.ts';
import { canPress } from './payout-line.ts';
import { readFinding } from './read-finding.ts';
import { readHistory, type ReviewedFinding, type ReviewModel } from './review-model.ts';

/** Who may act on findings; everybody else with a role may look. */
export const ACTING_ROLES: readonly Role[] = ['ops', 'managers', 'leads'];
/** Who may start an escalation. */
const ESCALATING_ROLES: readonly Role[] = ['ops', 'managers', 'leads', 'sre'];

/** Who may ask providers about a payout again. */
const RECHECKING_ROLES: readonly Role[] = [...ACTING_ROLES, 'sre'];

const HISTORY_SHOWN = 8;
const COMPANIONS_SHOWN = 5;
const VIEWERS_SHOWN = 5;
/** Whoever opened Review so long ago still looks. */
const LOOKING_MS = 5 * 60_000;
/** The day an acceptance is suggested for, from today. */
const SUGGESTED_DAYS = 7;

const NOTHING_BY_HAND: ReviewModel['byHand'] = { line: null, link: null, mayAsk: false };

/** Notes that somebody looks, and reads everything Review shows them; null when there is no such finding. Own rows only. */
export async function openReview(
  deps: Omit<FindingsDeps, 'refreshReports'>,
  now: Date,
  findingId: string,
  person: Person,
): Promise<ReviewModel | null> {
  const model = await withReadSnapshot(deps.pool, async (db) => {
    const finding = await readFinding(db, findingId);
    return finding === null ? null : await read(db, deps, now, finding, person);
  });
  if (model === null) return null;
  await noteView(deps.pool, now, findingId, person.userId);
  // Its link may need a word of Slack's, for which no transaction waits.
  const escalation = (await deps.escalationOf?.(deps.pool, model.finding)) ?? null;
  const around = await readAround(deps, model.finding, person);
  return { ...model, ...around, escalation, canEscalate: model.canEscalate && escalation === null };
}

async function read(
  db: Queryable,
  deps: Omit<FindingsDeps, 'refreshReports'>,
  now: Date,
  finding: ReviewedFinding,
  person: Person,
): Promise<ReviewModel> {
  const { business, tenants } = deps.policy;
  const { lines, count } = await readHistory(db, finding.id, HISTORY_SHOWN);
  const proposal = await readOpenAcceptance(db, finding.id);
  const mayAct = holdsOne(person, ACTING_ROLES);
  const today = businessDayOf(now, business.time_zone);
  return {
    finding,
    timeZone: business.time_zone,
    reportingCurrency: business.reporting_currency,
    now,
    tenantName: tenants.find(({ id }) => id === finding.tenantId)?.name ?? null,
    seenAt: finding.lastSeenAt,
    companions: await readCompanions(db, finding),
    history: lines,
    earlier: count - lines.length,
    viewers: await readViewers(db, now, finding.id, person.userId),
    proposal: proposal && {
      by: proposal.proposedBy,
      at: proposal.proposedAt,
      until: proposal.until,
      reason: proposal.reason,
    },
    undo: mayAct ? await readUndo(db, now, finding.id, person) : null,
    escalation: null,
    canEscalate:
      deps.escalationOf !== undefined &&
      finding.state === 'open' &&
      finding.class !== 'HIGH' &&
      holdsOne(person, ESCALATING_ROLES),
    payout: null,
    byHand: NOTHING_BY_HAND,
    acts: mayAct ? possibleActs(finding, person.userId, proposal !== null) : [],
    days: { suggested: shiftDay(today, SUGGESTED_DAYS), last: shiftDay(today, MOST_ACCEPTED_DAYS) },
    noteLimit: NOTE_LIMIT,
    asked: askedHash(finding),
  };
}

type Around = Pick<ReviewModel, 'payout' | 'byHand'>;

/** The newest episode of its payment, for what may be done about it, and what is done about it by hand. */
async function readAround(
  deps: Pick<FindingsDeps, 'pool' | 'payoutsOf' | 'linkTo'>,
  finding: ReviewedFinding,
  person: Person,
): Promise<Around> {
  const { family, tenantId, subject } = finding;
  const payment = { tenantId, transactionId: subject.id };
  const lines = subject.kind === 'transaction' ? await deps.payoutsOf?.(deps.pool, [payment]) : undefined;
  const line = lines?.get(payoutKey(payment));
  if (line === undefined) return { payout: null, byHand: NOTHING_BY_HAND };
  const { override, offersOverride } = line;
  const isOpen = finding.state !== 'resolved';
  return {
    payout: family === 'payout' ? await payoutOf(deps, finding, line, person) : null,
    byHand: {
      line: override,
      link: await linkOf(deps, override?.message ?? null),
      mayAsk: isOpen && offersOverride && holdsOne(person, ACTING_ROLES),
    },
  };
}

async function payoutOf(
  deps: Pick<FindingsDeps, 'linkTo'>,
  { state }: ReviewedFinding,
  line: PayoutLine,
  person: Person,
): Promise<ReviewModel['payout']> {
  const isPressable = state !== 'resolved' && canPress(line);
  return {
    line,
    link: await linkOf(deps, line.message),
    mayRetry: isPressable && line.offersRetry && holdsOne(person, ACTING_ROLES),
    mayRecheck: isPressable && holdsOne(person, RECHECKING_ROLES),
  };
}

/** A link is no reason to show nothing. */
async function linkOf(
  { linkTo }: Pick<FindingsDeps, 'linkTo'>,
  message: Parameters<NonNullable<FindingsDeps['linkTo']>>[0] | null,
): Promise<string | null> {
  return message === null ? null : ((await linkTo?.(message).catch(() => null)) ?? null);
}

async function readUndo(
  db: Queryable,
  now: Date,
  findingId: string,
  person: Person,
): Promise<ReviewModel['undo']> {
  const last = await readLastChange(db, findingId);
  const { seq, change, at } = last;
  const wanted = { seq, actor: actorOf(person), now, runSince: await hasRunSince(db, at) };
  if (refuseUndo(last, wanted) !== null) return null;
  return { seq, change, until: new Date(at.getTime() + UNDO_MS) };
}

async function readCompanions(db: Queryable, finding: ReviewedFinding): Promise<ReviewModel['companions']> {
  const { rows } = await db.query<ReviewModel['companions'][number]>(
    `select id, rule, class, state from findings
      where cause_key = $1 and id <> $2 and state <> 'resolved'
      order by array_position(array['HIGH', 'MED', 'LOW'], class), rule, id
      limit $3`,
    [finding.causeKey, finding.id, COMPANIONS_SHOWN],
  );
  return rows;
}

async function readViewers(db: Queryable, now: Date, findingId: string, me: string): Promise<string[]> {
  const { rows } = await db.query<{ user_id: string }>(
    `select user_id from finding_views where finding_id = $1 and user_id <> $2 and at >= $3 order by at desc limit $4`,
    [findingId, me, new Date(now.getTime() - LOOKING_MS), VIEWERS_SHOWN],
  );
  return rows.map((row) => row.user_id);
}

/** One row a person and finding; what nobody needs any more goes with the next look. */
async function noteView(pool: Pool, now: Date, findingId: string, userId: string): Promise<void> {
  await pool.query(
    `with gone as (delete from finding_views where finding_id = $1 and user_id <> $2 and at < $4)
     insert into finding_views (finding_id, user_id, at) values ($1, $2, $3)
     on conflict (finding_id, user_id) do update set at = excluded.at`,
    [findingId, userId, now, new Date(now.getTime() - LOOKING_MS)],
  );
}
