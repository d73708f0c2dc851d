import { yearPolicy, makeYearWorld } from './year-world.ts';
import { makeDowntimes, makeLife, makeRandom } from './year-lives.ts';
import { expectedOf, type Calendar } from './year-reference.ts';

/** Lives so many exemptions through so many days; gives what was sent and what must have been, by exemption. */
export async function liveThrough({ seed, count, days }: { seed: number; count: number; days: number }) {
  const policy = yearPolicy();
  const random = makeRandom(seed);
  const from = Date.parse('2026-01-15T00:00:00Z');
  const span = { from, to: from + days * 86_400_000 };
  const calendar: Calendar = {
    businessZone: policy.business.time_zone,
    holidays: new Set(Object.values(policy.calendar).flatMap(({ holidays }) => holidays)),
    downtimes: makeDowntimes(random, span),
    ...span,
  };
  const lives = Array.from({ length: count }, (_, index) => makeLife(random, index, calendar));
  const world = await makeYearWorld(policy);
  try {
    await world.run(lives, calendar);
    const sent = await world.sent();
    const { rows } = await world.database.pool.query<{ unsent: number; doubled: number }>(
      `select count(*) filter (where sent_at is null)::int as unsent,
              (count(*) - count(distinct (exemption_id, deadline, step, audience, closing_id)))::int as doubled
         from exemption_nags`,
    );
    return {
      actual: new Map(lives.map(({ name }) => [name, sent.get(name) ?? []])),
      expected: new Map(lives.map((life) => [life.name, expectedOf(life, calendar)])),
      odd: rows[0],
    };
  } finally {
    await world.database.drop();
  }
}
