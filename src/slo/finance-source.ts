import type { Pool } from '../database/pool.ts';
import type { Sli, SliMinute } from '../ports.ts';
import { askFinance, type FinanceLimits } from './ask-finance.ts';
import { countPayouts, type PayoutCount } from './count-payouts.ts';

/**
 * Payouts from the contract's transactions: good is paid within so many hours of the request (exactly so many are in
 * time). What was not asked for did not happen, so a minute that is not there had none. Contributors are the providers
 * of bad ones, at the minute in which they became bad; one that no provider was given has none. Domain section 2.
 */
export function makePayoutSli({
  finance,
  withinHours,
  limits,
}: {
  finance: Pool;
  withinHours: number;
  limits?: FinanceLimits;
}): Sli {
  return {
    async read(stretch) {
      const counts = await askFinance(
        finance,
        (client) => countPayouts(client, { ...stretch, withinHours }),
        limits,
      );
      return {
        minutes: minutesOf(counts, 'event'),
        decided: minutesOf(counts, 'decided'),
        absent: 'zero',
        down: [],
        contributors: counts
          .filter(({ basis, who }) => basis === 'bad' && who !== null)
          .map(({ minute, who, valid, good }) => ({ minute, name: who ?? '', bad: valid - good })),
        value: null,
        warnings: [],
      };
    },
  };
}

function minutesOf(counts: readonly PayoutCount[], basis: PayoutCount['basis']): SliMinute[] {
  return counts
    .filter((count) => count.basis === basis)
    .map(({ minute, good, valid }) => ({ minute, good, valid }));
}

/**
 * Rows of the contract's sli_minutes with this name. Rows named `<sli>/<who>` tell who caused its bad events. A minute
 * with valid = 0 had no traffic: it is no measurement, but it proves that somebody measures. One that is not there is
 * a gap.
 */
export function makeMinutesSli({
  finance,
  sli,
  limits,
}: {
  finance: Pool;
  sli: string;
  limits?: FinanceLimits;
}): Sli {
  return {
    async read({ from, to }) {
      const rows = await askFinance(
        finance,
        async (client) => (await client.query<MinuteRow>(MINUTES, [sli, from, to])).rows,
        limits,
      );
      return {
        minutes: rows
          .filter(({ who }) => who === null)
          .map(({ minute, good, valid }) => ({ minute, good, valid })),
        decided: null,
        absent: 'gap',
        down: [],
        contributors: rows.flatMap(({ minute, who, good, valid }) =>
          who !== null && who !== '' && valid > good ? [{ minute, name: who, bad: valid - good }] : [],
        ),
        value: null,
        warnings: [],
      };
    },
  };
}

interface MinuteRow {
  minute: Date;
  /** Null: the promise's own row. */
  who: string | null;
  good: number;
  valid: number;
}

const MINUTES = `
  select date_trunc('minute', minute, 'UTC') as minute,
         case when sli <> $1 then substr(sli, length($1) + 2) end as who,
         sum(good)::float8 as good, sum(valid)::float8 as valid
    from sli_minutes
   where minute >= $2 and minute < $3 and (sli = $1 or starts_with(sli, $1 || '/'))
   group by 1, 2
   order by 1, 2`;
