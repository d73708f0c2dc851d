import type { Pool, Queryable } from '../database/pool.ts';
import { payoutKey, type PaymentKey } from '../findings/deps.ts';
import type { PayoutId } from '../ids.ts';
import { loadPayout, type ShowDeps } from '../payouts/load-payout.ts';
import type { PayoutModel } from '../payouts/types.ts';
import type { Policy } from '../policy.ts';
import type { Texts } from '../texts.ts';
import { payoutPromises, readAtRisk, stillAtRisk } from './read-risk.ts';
import { isAway, RISK_CHANNEL } from './risk.ts';
import { bySoonest, type AtRisk } from './risk-rules.ts';
import { countNamed, listNamed, readOpenRisk, readRisk, type Risk, type RiskCounts } from './risk-store.ts';
import { sloNamed } from './deps.ts';
import { RISK_CARD, type Slo, type Slos } from './types.ts';

/** Payouts on a card, and on a page of /slo risk: each is two blocks, of which a message has fifty. */
const RISK_PAGE = 10;
/** A notice says how many came; their lines stand on the card. */
const MOST_IN_NOTICE = 1_000;

/** One payout that is at risk, with what can be done about it where its episode is open. */
export type RiskItem = AtRisk & { tenantName: string; payout: PayoutModel | null };

/** What was promised: its name, and its title in each language. */
type PromiseNamed = Pick<Slo, 'name'> & { title: Record<Texts['locale'], string> };

/** What every view of the list says first. */
export interface RiskHead {
  /** As of when the money was read. */
  at: Date;
  /** At risk. */
  count: number;
  /** Broken already, and open. */
  late: number;
  perCurrency: { currency: string; amountMinor: bigint; count: number }[];
  timeZone: string;
}

/** What the living card shows. */
export interface RiskModel extends RiskHead {
  promise: PromiseNamed;
  risk: Risk;
  counts: RiskCounts;
  items: RiskItem[];
}

/** What a notice shows: those that came to the list when it was written. */
export interface RiskNoticeModel extends RiskHead {
  promise: PromiseNamed;
  soonest: Date;
  /** The living card, once it stands in Slack. */
  card: { channelId: string; ts: string } | null;
}

/** What /slo risk shows of all promises that are about payouts; `isStale`: the money did not answer. */
export interface RiskListModel extends RiskHead {
  items: RiskItem[];
  page: number;
  pages: number;
  isStale: boolean;
}

/** What showing the list needs; `show` is what payouts need to show theirs. */
export interface RiskShowDeps {
  policy: Policy;
  slos: Slos;
  show: ShowDeps;
}

/** Null: there is no list of this id. */
export async function loadRisk(db: Queryable, id: string, deps: RiskShowDeps): Promise<RiskModel | null> {
  const risk = await readRisk(db, id);
  if (risk === null) return null;
  const named = risk.overAt === null ? await listNamed(db, risk.id) : [];
  return {
    ...headOf(named, risk, deps.policy),
    promise: promiseOf(risk, deps),
    risk,
    counts: await countNamed(db, risk.id),
    items: await itemsOf(db, named.slice(0, RISK_PAGE), deps),
  };
}

/** Of "<list>@<moment>"; null where nothing was told then. */
export async function loadRiskNotice(
  db: Queryable,
  subjectId: string,
  deps: Pick<RiskShowDeps, 'policy' | 'slos'>,
): Promise<RiskNoticeModel | null> {
  const [id = '', moment = ''] = subjectId.split('@');
  const risk = await readRisk(db, id);
  const toldAt = new Date(moment);
  if (risk === null || Number.isNaN(toldAt.getTime())) return null;
  const told = await listNamed(db, risk.id, { most: MOST_IN_NOTICE, toldAt });
  const first = told[0];
  if (first === undefined) return null;
  return {
    ...headOf(told, { ...risk, checkedAt: toldAt }, deps.policy),
    promise: promiseOf(risk, deps),
    soonest: first.breaksAt,
    card: await readCard(db, risk),
  };
}

/**
 * What is at risk now, read from the money; where that does not answer (`finance` null: is not asked), what the last
 * check named. Pages count from 1, and one beyond the last is the last.
 */
export async function listAtRisk(
  deps: RiskShowDeps & { pool: Pool; finance: Pool | null },
  now: Date,
  wanted: number,
): Promise<RiskListModel> {
  const looks = [];
  for (const promise of payoutPromises(deps.slos.all)) looks.push(await lookAt(deps, now, promise));
  const all = looks.flatMap(({ atRisk }) => atRisk).toSorted(bySoonest);
  const pages = Math.max(1, Math.ceil(all.length / RISK_PAGE));
  const page = Math.min(Math.max(1, wanted), pages);
  const late = looks.reduce((sum, each) => sum + each.late, 0);
  const at = looks.reduce((oldest, each) => (each.at < oldest ? each.at : oldest), now);
  return {
    ...headOf(all, { checkedAt: at, late }, deps.policy),
    items: await itemsOf(deps.pool, all.slice((page - 1) * RISK_PAGE, page * RISK_PAGE), deps),
    page,
    pages,
    isStale: looks.some(({ isStale }) => isStale),
  };
}

async function lookAt(
  { pool, finance, policy }: Pick<RiskShowDeps, 'policy'> & { pool: Pool; finance: Pool | null },
  now: Date,
  { slo, withinHours }: ReturnType<typeof payoutPromises>[number],
): Promise<{ atRisk: AtRisk[]; late: number; at: Date; isStale: boolean }> {
  const risk = await readOpenRisk(pool, slo.name);
  const named = risk === null ? [] : await listNamed(pool, risk.id);
  const stale = { atRisk: named, late: risk?.late ?? 0, at: risk?.checkedAt ?? now, isStale: true };
  if (finance === null) return stale;
  try {
    const reading = await readAtRisk(finance, policy, now, { withinHours, named });
    return { atRisk: stillAtRisk(reading, named, withinHours), late: reading.late, at: now, isStale: false };
  } catch (error) {
    if (!isAway(error)) throw error;
    return stale;
  }
}

function headOf(
  payouts: readonly Pick<AtRisk, 'amountMinor' | 'currency'>[],
  { checkedAt: at, late }: Pick<Risk, 'checkedAt' | 'late'>,
  { business }: Policy,
): RiskHead {
  const sums = new Map<string, { currency: string; amountMinor: bigint; count: number }>();
  for (const { currency, amountMinor } of payouts) {
    const sum = sums.get(currency) ?? { currency, amountMinor: 0n, count: 0 };
    sums.set(currency, {
      currency,
      amountMinor: sum.amountMinor + (amountMinor ?? 0n),
      count: sum.count + 1,
    });
  }
  const perCurrency = [...sums.values()].toSorted(
    (one, other) => other.count - one.count || (one.currency < other.currency ? -1 : 1),
  );
  return { at, count: payouts.length, late, perCurrency, timeZone: business.time_zone };
}

/** A promise that the files do not define any more keeps its name. */
function promiseOf({ slo: name }: Risk, { slos }: Pick<RiskShowDeps, 'slos'>): PromiseNamed {
  return { name, title: sloNamed(slos, name)?.title ?? { en: name, tr: name } };
}

async function itemsOf(
  db: Queryable,
  payouts: readonly AtRisk[],
  { policy, show }: RiskShowDeps,
): Promise<RiskItem[]> {
  const episodes = await findEpisodes(db, payouts);
  const names = new Map(policy.tenants.map(({ id, name }) => [id, name]));
  const items: RiskItem[] = [];
  for (const payout of payouts) {
    const episode = episodes.get(payoutKey(payout));
    items.push({
      ...payout,
      tenantName: names.get(payout.tenantId) ?? payout.tenantId,
      payout: episode === undefined ? null : await loadPayout(db, episode, show),
    });
  }
  return items;
}

/** The open episode of each payment that is stuck or has failed, by payoutKey. */
async function findEpisodes(db: Queryable, payments: readonly PaymentKey[]): Promise<Map<string, PayoutId>> {
  if (payments.length === 0) return new Map();
  const { rows } = await db.query<PaymentKey & { id: PayoutId }>(
    `select p.id, p.tenant_id as "tenantId", p.transaction_id as "transactionId"
       from unnest($1::text[], $2::text[]) as k (tenant_id, transaction_id)
       join payouts p on p.tenant_id = k.tenant_id and p.transaction_id = k.transaction_id and p.state = 'open'`,
    [payments.map(({ tenantId }) => tenantId), payments.map(({ transactionId }) => transactionId)],
  );
  return new Map(rows.map(({ id, ...key }) => [payoutKey(key), id]));
}

async function readCard(db: Queryable, { id }: Risk): Promise<RiskNoticeModel['card']> {
  const { rows } = await db.query<{ channelId: string; ts: string }>(
    `select channel_id as "channelId", ts from cards
      where kind = $1 and subject_kind = 'slo_risk' and subject_id = $2 and channel = $3
        and channel_id is not null and ts is not null`,
    [RISK_CARD, id, RISK_CHANNEL],
  );
  return rows[0] ?? null;
}
