import type { Queryable } from '../../src/database/pool.ts';
import { makeRandom } from './random.ts';
import { BASE_RATES, DAY_MS, ISTANBUL_OFFSET_MS, PROVIDERS, type World } from './world.ts';

export async function writeProviders(db: Queryable): Promise<void> {
  await db.query(
    `insert into finance.providers (provider, status, lag_days)
     select * from unnest($1::text[], $2::text[], $3::int[])`,
    [PROVIDERS.map((p) => p.provider), PROVIDERS.map((p) => p.status), PROVIDERS.map((p) => p.lagDays)],
  );
}

/** One rate to USD for each currency and each Istanbul day that begins before `to`; known days stay as they are. */
export async function writeRates(db: Queryable, world: World, from: number, to: number): Promise<void> {
  const rows: [string, string, string][] = [];
  const dayOf = (at: number): number => Math.floor((at + ISTANBUL_OFFSET_MS) / DAY_MS);
  for (let day = dayOf(from); day <= dayOf(to); day += 1) {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    for (const [currency, base] of Object.entries(BASE_RATES)) {
      const drift =
        currency === 'USD' ? 1 : makeRandom(`${world.seed}/rate/${date}/${currency}`).between(0.99, 1.01);
      rows.push([date, currency, (base * drift).toFixed(8)]);
    }
  }
  await db.query(
    `insert into finance.fx_rates (day, currency, rate)
     select * from unnest($1::date[], $2::text[], $3::numeric[])
     on conflict do nothing`,
    [rows.map((row) => row[0]), rows.map((row) => row[1]), rows.map((row) => row[2])],
  );
}

/** Good and valid events of every whole minute from `from` until before `to`; a day of it is three times 1,440 rows. */
export async function writeSliMinutes(db: Queryable, world: World, from: number, to: number): Promise<void> {
  await db.query(
    `insert into finance.sli_minutes (sli, minute, good, valid)
     select name, minute, valid - least(valid, floor(luck * 2 * valid * failing + busy)::bigint), valid
       from (select sli.name, sli.failing, minute, d.luck, d.busy,
                    floor(sli.per_minute
                          * (1.1::float8 - cos(extract(epoch from minute)::float8 * pi() / 43200 + pi() / 4))
                          * (0.8::float8 + 0.4::float8 * d.busy))::bigint as valid
               from (values ('api_availability', 900, 0.0002::float8), ('api_latency', 900, 0.012::float8),
                            ('webhook_success', 60, 0.0008::float8)) as sli (name, per_minute, failing)
              cross join generate_series(date_trunc('minute', $2::timestamptz),
                                         date_trunc('minute', $3::timestamptz) - interval '1 minute',
                                         interval '1 minute') as minute
              cross join lateral (select hashint8extended(extract(epoch from minute)::bigint,
                                                          hashtextextended($1 || sli.name, 0)) as bits) as h
              cross join lateral (select (bits & 16777215)::float8 / 16777216 as busy,
                                         ((bits >> 24) & 16777215)::float8 / 16777216 as luck) as d) as minutes
     on conflict do nothing`,
    [world.seed, new Date(from).toISOString(), new Date(to).toISOString()],
  );
}
