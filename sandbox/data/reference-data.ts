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
