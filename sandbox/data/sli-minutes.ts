import type { Queryable } from '../../src/database/pool.ts';
import { PROVIDERS, type World } from './world.ts';

/** Handlers of the wallet's API, the one that fails most first. */
const HANDLERS = ['POST /withdrawals', 'GET /balance', 'POST /deposits', 'GET /transactions'];

/**
 * Good and valid events of every whole minute from `from` until before `to`, as the planted faults of those minutes have
 * them; a day of it is three times 1,440 rows, and one more for most minutes with bad events: who caused them.
 */
export async function writeSliMinutes(db: Queryable, world: World, from: number, to: number): Promise<void> {
  await db.query(WRITE, [
    world.seed,
    new Date(from).toISOString(),
    new Date(to).toISOString(),
    HANDLERS,
    PROVIDERS.map(({ provider }) => provider),
  ]);
}

/**
 * The same for life, which goes on while the table is locked by a fault: what it could not write then is written as soon
 * as the lock is gone. Needs the lock on sandbox.life, under which such a lock is taken.
 */
export async function writeNewSliMinutes(
  db: Queryable,
  world: World,
  from: number,
  to: number,
): Promise<void> {
  const { rows: locks } = await db.query<{ locked: boolean }>(
    `select exists (select from pg_locks l join pg_database d on d.oid = l.database
                     where d.datname = current_database() and l.relation = 'finance.sli_minutes'::regclass
                       and l.mode = 'AccessExclusiveLock' and l.granted) as locked`,
  );
  if (locks[0]?.locked === true) return;
  const { rows } = await db.query<{ next: Date | null }>(
    `select max(minute) + interval '1 minute' as next from finance.sli_minutes where sli = 'api_availability'`,
  );
  await writeSliMinutes(db, world, Math.min(from, rows[0]?.next?.getTime() ?? from), to);
}

/**
 * What a fault makes of a minute: 500 and error: all fail; slow: four of five; 429: one of twenty; drop: no row. In order
 * of time, so that who reads an hour of a promise meets 5 blocks of the table and not 75.
 */
const WRITE = `
  with minutes as (
    select minute, coalesce(bool_or(f.kind in ('500', 'error')), false) as dead,
           coalesce(bool_or(f.kind = 'slow'), false) as slow, coalesce(bool_or(f.kind = '429'), false) as limited
      from generate_series(date_trunc('minute', $2::timestamptz),
                           date_trunc('minute', $3::timestamptz) - interval '1 minute', interval '1 minute') as minute
      left join sandbox.sli_faults f on f.from_at <= minute and (f.until_at is null or f.until_at > minute)
     group by minute
    having not coalesce(bool_or(f.kind = 'drop'), false)),
  drawn as (
    select sli.name, sli.failing, minutes.*, d.*,
           floor(sli.per_minute
                 * (1.1::float8 - cos(extract(epoch from minute)::float8 * pi() / 43200 + pi() / 4))
                 * (0.8::float8 + 0.4::float8 * d.busy))::bigint as valid
      from (values ('api_availability', 900, 0.0002::float8), ('api_latency', 900, 0.012::float8),
                   ('webhook_success', 60, 0.0008::float8)) as sli (name, per_minute, failing)
     cross join minutes
     cross join lateral (select hashint8extended(extract(epoch from minute)::bigint,
                                                 hashtextextended($1 || sli.name, 0)) as bits) as h
     cross join lateral (select (bits & 16777215)::float8 / 16777216 as busy,
                                ((bits >> 24) & 16777215)::float8 / 16777216 as luck,
                                ((bits >> 48) & 65535)::float8 / 65536 as cause) as d),
  counted as (
    select name, minute, cause, valid, least(valid, greatest(
             floor(luck * 2 * valid * failing + busy)::bigint,
             case when dead then valid
                  when slow and name = 'api_latency' then ceil(valid * 0.8)::bigint
                  when limited and name <> 'api_latency' then ceil(valid * 0.05)::bigint
                  else 0
              end)) as bad
      from drawn)
  insert into finance.sli_minutes (sli, minute, good, valid)
  select name, minute, valid - bad, valid from counted
   union all
  select name || '/' || (case when name = 'webhook_success' then $5::text[] else $4::text[] end)[
           1 + floor(cause * cause * case when name = 'webhook_success' then cardinality($5::text[])
                                          else cardinality($4::text[]) end)::int],
         minute, 0, bad
    from counted
   where bad > 0
   order by 2
  on conflict do nothing`;
