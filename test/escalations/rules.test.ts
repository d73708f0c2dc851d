import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideClimb,
  followingAt,
  lapsesAt,
  passOver,
  worseSeverity,
  type Climber,
  type DueStep,
} from '../../src/escalations/rules.ts';
import type { Route } from '../../src/escalations/types.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';

const policy = sandboxPolicy(undefined);
const MINUTE = 60_000;
/** A Thursday, within working hours. */
const START = Date.parse('2026-01-15T10:00:00+03:00');
const minute = (minutes: number): Date => new Date(START + minutes * MINUTE);

const route: Route = {
  name: 'findings',
  levels: [['ops'], ['managers'], ['leads']].map((roles) => ({
    roles: roles as Route['levels'][number]['roles'],
    groups: [],
    users: [],
    waitMinutes: null,
  })),
  waitMinutes: { sev1: 15, sev2: 60, sev3: 60 },
  lapseMinutes: { sev1: 60, sev2: 240, sev3: 480 },
  workingHoursOnly: ['sev3'],
  laterRoundMinutes: 240,
};
const started: Climber = {
  state: 'open',
  round: 1,
  level: 0,
  slow: false,
  nextAt: minute(0),
  severity: 'sev1',
  route,
};

/** Tells what is due at `now`, if anything is. */
function step(climber: Climber, now: Date): { climber: Climber; told?: DueStep } {
  const decision = decideClimb(climber, now, policy);
  if (decision.do !== 'tell') return { climber };
  const nextAt = followingAt(climber, decision.step, now, policy);
  return { climber: { ...climber, state: 'open', ...decision.step.place, nextAt }, told: decision.step };
}

/** Everything told when somebody looks at each of these minutes, as minute:round.level. */
function run(climber: Climber, minutes: readonly number[]): string[] {
  const told: string[] = [];
  let current = climber;
  for (const each of minutes) {
    const next = step(current, minute(each));
    current = next.climber;
    if (next.told === undefined) continue;
    const { place, why } = next.told;
    told.push(`${each}: ${place.round}.${place.level} ${why}`);
  }
  return told;
}
const everyMinute = (until: number): number[] => Array.from({ length: until + 1 }, (_, index) => index);

describe('a route that nobody answers', () => {
  it('is climbed by severity, then a level every four hours', () => {
    expect(run(started, everyMinute(800))).toEqual([
      '0: 1.1 started',
      '15: 1.2 unanswered',
      '30: 1.3 unanswered',
      '45: 2.1 exhausted',
      '285: 2.2 unanswered',
      '525: 2.3 unanswered',
      '765: 3.1 exhausted',
    ]);
  });

  it("keeps a level's own time", () => {
    const [first, ...rest] = route.levels;
    const own = { ...route, levels: [{ ...first!, waitMinutes: 5 }, ...rest] };
    expect(run({ ...started, route: own }, everyMinute(25))).toEqual([
      '0: 1.1 started',
      '5: 1.2 unanswered',
      '20: 1.3 unanswered',
    ]);
  });

  it('counts working minutes where its severity does', () => {
    const slow: Climber = { ...started, severity: 'sev3', nextAt: new Date('2026-01-16T17:30:00+03:00') };
    const { climber } = step(slow, slow.nextAt!);
    expect(climber.nextAt).toEqual(new Date('2026-01-19T09:30:00+03:00'));
  });
});

describe('after a pause', () => {
  it('tells one level, the one it should be at', () => {
    expect(run(started, [0, 37, 38, 51, 52, 292])).toEqual([
      '0: 1.1 started',
      '37: 1.3 unanswered',
      '52: 2.1 exhausted',
      '292: 2.2 unanswered',
    ]);
  });

  it('says which levels were passed over', () => {
    const { climber } = step(started, minute(0));
    const { told } = step(climber, minute(37));
    expect(told?.passedOver).toMatchObject([{ place: { round: 1, level: 2 }, as: 'paused' }]);
  });

  it('says that the route was climbed in vain meanwhile', () => {
    const { climber } = step(started, minute(0));
    const { told } = step(climber, minute(46 + 240));
    expect(told).toMatchObject({ place: { round: 2, level: 2, slow: true }, why: 'exhausted' });
  });

  it('tells level 1 first all the same', () => {
    expect(run(started, [600])).toEqual(['600: 1.1 started']);
  });

  it('counts what follows from when it was told', () => {
    const { climber } = step(started, minute(0));
    const late = step(climber, new Date(minute(15).getTime() + 29_000));
    expect(late.climber.nextAt).toEqual(minute(30));
    expect(step(climber, minute(16)).climber.nextAt).toEqual(minute(31));
  });

  it('ends its search after a year of silence', () => {
    const { climber } = step(started, minute(0));
    expect(step(climber, minute(3 * 365 * 24 * 60)).told?.passedOver).toHaveLength(1_000);
  });
});

describe('an acknowledgement', () => {
  const acknowledged: Climber = { ...started, state: 'acknowledged', level: 2, nextAt: minute(60) };

  it('is silent until it lapses', () => {
    expect(run(acknowledged, everyMinute(59))).toEqual([]);
  });

  it('that lapses starts again with the waits of the first round', () => {
    expect(run({ ...acknowledged, slow: true }, everyMinute(100))).toEqual([
      '60: 2.1 lapsed',
      '75: 2.2 unanswered',
      '90: 2.3 unanswered',
    ]);
  });

  it('lapses by its severity', () => {
    expect(lapsesAt(started, minute(0), policy)).toEqual(minute(60));
    expect(lapsesAt({ route, severity: 'sev2' }, minute(0), policy)).toEqual(minute(240));
    // Eight hours of work from eleven o'clock: seven today, one tomorrow.
    const tomorrow = new Date('2026-01-16T10:00:00+03:00');
    expect(lapsesAt({ route, severity: 'sev3' }, minute(60), policy)).toEqual(tomorrow);
  });
});

describe('what is over', () => {
  it('tells nobody', () => {
    const over: Climber = { ...started, state: 'resolved', nextAt: null };
    expect(decideClimb(over, minute(10_000), policy)).toEqual({ do: 'nothing' });
  });
});

describe('severity', () => {
  it('is the more urgent of two', () => {
    expect([worseSeverity('sev2', 'sev1'), worseSeverity('sev1', 'sev3')]).toEqual(['sev1', 'sev1']);
  });
});

type Deed = { do: 'look'; afterMinutes: number } | { do: 'acknowledge' } | { do: 'renew' };

describe('whatever happens', () => {
  const deeds = fc.array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant('look' as const),
          afterMinutes: fc.integer({ min: 0, max: 400 }),
        }),
      },
      { weight: 1, arbitrary: fc.constant<Deed>({ do: 'acknowledge' }) },
      { weight: 1, arbitrary: fc.constant<Deed>({ do: 'renew' }) },
    ),
    { maxLength: 60 },
  );
  const severities = fc.constantFrom('sev1', 'sev2', 'sev3');

  it('no step is told twice or goes back, and none after an answer', () => {
    fc.assert(
      fc.property(deeds, severities, (list: Deed[], severity) => {
        let climber: Climber = { ...started, severity };
        let now = START;
        const seen: [number, number][] = [];
        let answeredAt: number | null = null;
        for (const deed of list) {
          if (deed.do === 'look') {
            now += deed.afterMinutes * MINUTE;
            const next = step(climber, new Date(now));
            climber = next.climber;
            if (next.told === undefined) continue;
            const places = [...next.told.passedOver.map(({ place }) => place), next.told.place];
            for (const { round, level } of places) {
              const last = seen.at(-1);
              if (last !== undefined) {
                expect(round > last[0] || (round === last[0] && level === last[1] + 1)).toBe(true);
                if (round > last[0]) expect([round, level]).toEqual([last[0] + 1, 1]);
              }
              seen.push([round, level]);
            }
            if (answeredAt !== null) {
              // Only a lapse speaks after an answer.
              expect(now).toBeGreaterThanOrEqual(answeredAt);
              expect([next.told.why, ...next.told.passedOver.map(({ why }) => why)]).toContain('lapsed');
              answeredAt = null;
            }
            expect(climber.nextAt!.getTime()).toBeGreaterThan(now);
          } else if (climber.level > 0 && (deed.do === 'acknowledge' || answeredAt !== null)) {
            const nextAt = lapsesAt(climber, new Date(now), policy);
            climber = { ...climber, state: 'acknowledged', nextAt };
            answeredAt = nextAt.getTime();
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a level that reaches nobody hands on to the next, around the route', () => {
    const due: DueStep = {
      place: { round: 1, level: 2, slow: false },
      why: 'unanswered',
      dueAt: minute(15),
      passedOver: [],
    };
    const next = passOver(route, passOver(route, due, 'nobody'), 'nobody');
    expect(next).toMatchObject({ place: { round: 2, level: 1, slow: true }, why: 'exhausted' });
    expect(next.passedOver.map(({ place, as }) => [place.level, as])).toEqual([
      [2, 'nobody'],
      [3, 'nobody'],
    ]);
  });
});
