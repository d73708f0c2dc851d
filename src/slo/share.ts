import { appendAudit } from '../audit/append.ts';
import { requestCard } from '../cards/request-card.ts';
import { withTransaction, type Queryable } from '../database/pool.ts';
import type { UserId } from '../ids.ts';
import { actorOf } from '../people/types.ts';
import type { Locale } from '../texts.ts';
import type { SloDeps } from './deps.ts';
import { loadStandings } from './load-standing.ts';
import type { Standing } from './models.ts';
import { idOfRequest } from './request-id.ts';
import { SHARE_CARD } from './types.ts';

/** What is shown to a channel: the answer as it was when it was shared. */
export interface ShareModel {
  standings: Standing[];
  now: Date;
  timeZone: string;
  /** person:U... */
  sharedBy: string;
}

/** Which answer; `days` null: of the promise's own window. */
export interface Shared {
  name: string | null;
  days: number | null;
}

/**
 * Shows an answer to a channel, once per answer that was pressed (`requestId`). The figures are those of now, and stay.
 * Gives false when it is shared already.
 */
export async function shareStandings(
  deps: SloDeps,
  now: Date,
  of: Shared & { channelId: string; locale: Locale; person: { userId: UserId }; requestId: string },
): Promise<boolean> {
  const standings = await loadStandings(deps, now, {
    ...(of.name === null ? {} : { names: [of.name] }),
    ...(of.days === null ? {} : { days: of.days }),
    trend: true,
  });
  const id = idOfRequest('slo share', of.requestId);
  const actor = actorOf(of.person);
  const shared = await withTransaction(deps.pool, async (tx) => {
    const { rowCount } = await tx.query(
      `insert into slo_shares (id, shared_by, shared_at, channel, model) values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [id, actor, now, of.channelId, JSON.stringify({ standings })],
    );
    if (rowCount !== 1) return false;
    const subject = { kind: 'slo_share' as const, id };
    await requestCard(tx, now, { kind: SHARE_CARD, subject, channel: of.channelId, locale: of.locale });
    const data = { promise: of.name, days: of.days, channel: of.channelId };
    await appendAudit(tx, now, [{ actor, action: 'slo.shared', tenantId: null, subject, data }]);
    return true;
  });
  if (shared) deps.onChange?.('shared');
  return shared;
}

/** Null: there is none of this id. */
export async function loadShare(db: Queryable, id: string, timeZone: string): Promise<ShareModel | null> {
  const { rows } = await db.query<{ sharedBy: string; sharedAt: Date; model: { standings: Stored[] } }>(
    `select shared_by as "sharedBy", shared_at as "sharedAt", model from slo_shares where id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const standings = row.model.standings.map(revive);
  return { standings, now: row.sharedAt, timeZone, sharedBy: row.sharedBy };
}

/** As JSON gives it back: moments are texts there. */
type Stored = Standing;

function revive(stored: Stored): Standing {
  const { episode } = stored;
  return {
    ...stored,
    exhaustedAt: moment(stored.exhaustedAt),
    dataUntil: moment(stored.dataUntil),
    silentSince: moment(stored.silentSince),
    episode: episode === null ? null : { ...episode, ...momentsOf(episode, EPISODE_MOMENTS) },
    leftOut: stored.leftOut.map((each) => ({ ...each, ...momentsOf(each, LEFT_OUT_MOMENTS) })),
    trend: stored.trend.map(({ from, value }) => ({ from: new Date(from), value })),
  };
}

const EPISODE_MOMENTS = ['openedAt', 'changedAt', 'recoveredAt', 'acknowledgedAt'] as const;
const LEFT_OUT_MOMENTS = ['fromAt', 'toAt', 'createdAt', 'decidedAt', 'backAt'] as const;

function momentsOf<T, K extends keyof T & string>(row: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, moment(row[name])])) as Pick<T, K>;
}

function moment(stored: unknown): Date | null {
  return stored === null ? null : new Date(stored as string);
}
