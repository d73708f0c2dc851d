import type { Tx } from '../database/pool.ts';
import type { SliMinute, SliReading } from '../ports.ts';
import type { Basis } from './types.ts';

interface Range {
  from: Date;
  until: Date;
}

/**
 * Puts what a source told of [from, until) in place of what it told before, writing only what differs. Minutes without
 * traffic have no row. What is not there any more is deleted where the source counts everything (`zero`), and kept where
 * that is a gap: a source that forgets takes nothing back.
 */
export async function storeReading(tx: Tx, slo: string, range: Range, reading: SliReading): Promise<void> {
  await storeBasis(tx, { slo, basis: 'event', range, minutes: reading.minutes, absent: reading.absent });
  if (reading.decided !== null)
    await storeBasis(tx, { slo, basis: 'decided', range, minutes: reading.decided, absent: reading.absent });
  await storeDown(tx, slo, reading.down);
  await storeContributors(tx, slo, range, reading);
}

async function storeBasis(
  tx: Tx,
  of: {
    slo: string;
    basis: Basis;
    range: Range;
    minutes: readonly SliMinute[];
    absent: SliReading['absent'];
  },
): Promise<void> {
  const counted = of.minutes.filter(({ valid }) => valid > 0);
  await upsert(tx, of, counted);
  const empty = of.minutes.filter(({ valid }) => valid === 0);
  if (of.absent === 'gap') {
    if (empty.length === 0) return;
    await tx.query(`delete from slo_minutes where slo = $1 and basis = $2 and minute = any ($3)`, [
      of.slo,
      of.basis,
      empty.map(({ minute }) => minute),
    ]);
    return;
  }
  await tx.query(
    `delete from slo_minutes
      where slo = $1 and basis = $2 and minute >= $3 and minute < $4 and minute <> all ($5)`,
    [of.slo, of.basis, of.range.from, of.range.until, counted.map(({ minute }) => minute)],
  );
}

/**
 * A row that is already so is left alone: even a conflict that updates nothing would write its lock. Both ends of the
 * range are told, since the planner would rather compare with a month than with an hour (11 ms instead of 0.5).
 */
async function upsert(
  tx: Tx,
  of: { slo: string; basis: Basis; range: Range },
  minutes: readonly SliMinute[],
): Promise<void> {
  if (minutes.length === 0) return;
  await tx.query(
    `insert into slo_minutes (slo, basis, minute, good, valid)
     select $1, $2, t.minute, t.good, t.valid
       from unnest($5::timestamptz[], $6::float8[], $7::float8[]) as t (minute, good, valid)
      where not exists (select from slo_minutes m
                         where m.slo = $1 and m.basis = $2 and m.minute >= $3 and m.minute < $4
                           and m.minute = t.minute and m.good = t.good and m.valid = t.valid)
     on conflict (slo, basis, minute) do update set good = excluded.good, valid = excluded.valid`,
    [
      of.slo,
      of.basis,
      of.range.from,
      of.range.until,
      minutes.map(({ minute }) => minute),
      minutes.map(({ good }) => good),
      minutes.map(({ valid }) => valid),
    ],
  );
}

/**
 * Nobody counted while the target was down, and that is no excuse: as many requests as in a minute of the last known
 * hour were bad, one at least.
 */
async function storeDown(tx: Tx, slo: string, down: readonly Date[]): Promise<void> {
  if (down.length === 0) return;
  await tx.query(
    `insert into slo_minutes (slo, basis, minute, good, valid)
     select $1, 'event', d.minute, 0, greatest(1, coalesce(k.valid, 1))
       from unnest($2::timestamptz[]) as d (minute)
      cross join lateral (
        select avg(valid) as valid
          from (select valid from slo_minutes
                 where slo = $1 and basis = 'event' and minute < d.minute and minute <> all ($2)
                 order by minute desc limit 60) as hour) as k
     on conflict (slo, basis, minute) do update set good = excluded.good, valid = excluded.valid`,
    [slo, down],
  );
}

async function storeContributors(tx: Tx, slo: string, range: Range, reading: SliReading): Promise<void> {
  const { contributors } = reading;
  const rows = [
    contributors.map(({ minute }) => minute),
    contributors.map(({ name }) => name),
    contributors.map(({ bad }) => bad),
  ];
  // Of a gap nothing is known, also not that nobody caused anything.
  const told =
    reading.absent === 'zero' ? null : [...reading.minutes.map(({ minute }) => minute), ...reading.down];
  await tx.query(
    `delete from slo_contributors c
      where c.slo = $1 and c.minute >= $2 and c.minute < $3 and ($4::timestamptz[] is null or c.minute = any ($4))
        and not exists (select from unnest($5::timestamptz[], $6::text[]) as t (minute, name)
                         where t.minute = c.minute and t.name = c.name)`,
    [slo, range.from, range.until, told, rows[0], rows[1]],
  );
  if (contributors.length === 0) return;
  await tx.query(
    `insert into slo_contributors (slo, minute, name, bad)
     select $1, t.minute, t.name, t.bad
       from unnest($4::timestamptz[], $5::text[], $6::float8[]) as t (minute, name, bad)
      where not exists (select from slo_contributors c
                         where c.slo = $1 and c.minute >= $2 and c.minute < $3
                           and c.minute = t.minute and c.name = t.name and c.bad = t.bad)
     on conflict (slo, minute, name) do update set bad = excluded.bad`,
    [slo, range.from, range.until, ...rows],
  );
}
