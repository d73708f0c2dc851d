import { describe, expect, it } from 'vitest';
import { standingOf } from '../../src/exemptions/standing.ts';
import { nextDayAt, reviewStepsAt, stepDueAt, stepsAt, type StepClock } from '../../src/exemptions/steps.ts';
import { parsePolicy } from '../../src/policy.ts';

const policy = parsePolicy(`
version: 1
business: { time_zone: Europe/Istanbul, reporting_currency: USD }
tenants: [{ id: anadolu, name: Anadolu }]
channels:
  finance-ops: { slack: finance-ops }
  finance-approvals: { slack: finance-approvals }
  slo: { slack: slo }
  security: { slack: security }
  incidents: { slack: incidents }
  ops-alerts: { slack: ops-alerts }
roles: { ops: {}, managers: {}, leads: {}, sre: {}, security: {} }
calendar:
  "2026":
    holidays: ["2026-01-01", "2026-03-19", "2026-03-20", "2026-04-23"]
    half_days: ["2026-03-18"]
`);
const clockIn = (timeZone: string): StepClock => ({ calendar: policy, nagAt: '10:00', timeZone });
const istanbul = clockIn('Europe/Istanbul');

const ZONES = {
  'Europe/Istanbul': '+03:00',
  'America/New_York': '-05:00',
  'Pacific/Auckland': '+13:00',
} as const;
type Zone = keyof typeof ZONES;

/** Opened on Thursday 15 January, so the last deadline is Saturday 14 February: day 30. */
const opened = new Date('2026-01-15T08:30:00+03:00');
const exemption = {
  state: 'open' as const,
  openedOn: '2026-01-15',
  firstDeadline: '2026-02-14',
  deadline: '2026-02-14',
};

describe('days 29, 30 and 31 where the owner is', () => {
  // [day and time in the owner's zone, the highest step that is due]; -1 falls on Friday 13, day 29.
  const days: Record<Zone, [string, number][]> = {
    'Europe/Istanbul': [
      ['2026-02-13T00:00', -3],
      ['2026-02-13T09:59', -3],
      ['2026-02-13T10:00', -1],
      ['2026-02-13T23:59', -1],
      ['2026-02-14T00:00', -1],
      ['2026-02-14T09:59', -1],
      ['2026-02-14T10:00', 0],
      ['2026-02-14T23:59', 0],
      ['2026-02-15T00:00', 0],
      ['2026-02-15T09:59', 0],
      ['2026-02-15T10:00', 1],
      ['2026-02-15T23:59', 1],
      ['2026-02-16T10:00', 2],
    ],
    'America/New_York': [
      ['2026-02-13T09:59', -3],
      ['2026-02-13T10:00', -1],
      ['2026-02-14T09:59', -1],
      ['2026-02-14T10:00', 0],
      // Over in Istanbul at 16:00 here, and still the day itself.
      ['2026-02-14T16:00', 0],
      ['2026-02-14T23:59', 0],
      ['2026-02-15T09:59', 0],
      ['2026-02-15T10:00', 1],
    ],
    'Pacific/Auckland': [
      ['2026-02-13T10:00', -1],
      ['2026-02-14T10:00', 0],
      ['2026-02-14T23:59', 0],
      // 10:00 of the day after is the very end of the day in Istanbul.
      ['2026-02-15T09:59', 0],
      ['2026-02-15T10:00', 1],
      ['2026-02-16T10:00', 2],
    ],
  };
  it.each(Object.entries(days) as [Zone, [string, number][]][])(
    'are as the table says in %s',
    (zone, rows) => {
      for (const [local, expected] of rows) {
        const now = new Date(`${local}:00${ZONES[zone]}`);
        const { due } = stepsAt('2026-02-14', { since: opened, now }, clockIn(zone));
        expect([local, due?.step]).toEqual([local, expected]);
      }
    },
  );

  it.each(Object.keys(ZONES) as Zone[])('have their minutes of change and no other in %s', (zone) => {
    const changes: string[] = [];
    let before: number | undefined;
    for (let at = Date.parse('2026-02-13T00:00:00Z'); at < Date.parse('2026-02-16T00:00:00Z'); at += 60_000) {
      const { due, next } = stepsAt('2026-02-14', { since: opened, now: new Date(at) }, clockIn(zone));
      expect(next.dueAt.getTime()).toBeGreaterThan(at);
      if (before !== undefined && due?.step !== before) changes.push(new Date(at).toISOString());
      before = due?.step;
    }
    const expected: Record<Zone, string[]> = {
      'Europe/Istanbul': ['2026-02-13T07:00', '2026-02-14T07:00', '2026-02-15T07:00'],
      'America/New_York': ['2026-02-13T15:00', '2026-02-14T15:00', '2026-02-15T15:00'],
      'Pacific/Auckland': ['2026-02-13T21:00', '2026-02-14T21:00', '2026-02-15T21:00'],
    };
    expect(changes).toEqual(expected[zone].map((minute) => `${minute}:00.000Z`));
  });
});

describe('days 29, 30 and 31 where the business is', () => {
  it.each([
    ['2026-02-13T00:00', 1, 29, false],
    ['2026-02-13T23:59', 1, 29, false],
    ['2026-02-14T00:00', 0, 30, false],
    ['2026-02-14T23:59', 0, 30, false],
    ['2026-02-15T00:00', -1, 31, true],
    ['2026-02-15T23:59', -1, 31, true],
  ])('%s has %i days left, is %i old, overdue: %s', (local, daysLeft, ageDays, isOverdue) => {
    const now = new Date(`${local}:00+03:00`);
    expect(standingOf(exemption, now, 'Europe/Istanbul')).toEqual({
      daysLeft,
      ageDays,
      isOverdue,
      isPastDeadline: isOverdue,
    });
  });

  it('change at midnight and at no other minute', () => {
    const changes: string[] = [];
    let before = '';
    for (let at = Date.parse('2026-02-12T21:00:00Z'); at < Date.parse('2026-02-15T21:00:00Z'); at += 60_000) {
      const standing = JSON.stringify(standingOf(exemption, new Date(at), 'Europe/Istanbul'));
      if (before !== '' && standing !== before) changes.push(new Date(at).toISOString());
      before = standing;
    }
    expect(changes).toEqual(['2026-02-13T21:00:00.000Z', '2026-02-14T21:00:00.000Z']);
  });

  it('stay overdue by the first after an extension', () => {
    const extended = { ...exemption, deadline: '2026-03-10' };
    const now = new Date('2026-02-16T12:00:00+03:00');
    expect(standingOf(extended, now, 'Europe/Istanbul')).toMatchObject({
      isOverdue: true,
      isPastDeadline: false,
      daysLeft: 22,
    });
  });
});

describe('a step', () => {
  const dueAt = (deadline: string, step: number, clock = istanbul) =>
    stepDueAt(deadline, step, clock).toISOString();

  it('before the deadline leaves a weekend', () => {
    // Monday 2 February minus one is Sunday.
    expect(dueAt('2026-02-02', -1)).toBe('2026-01-30T07:00:00.000Z');
  });

  it('before the deadline leaves a holiday', () => {
    expect(dueAt('2026-04-24', -1)).toBe('2026-04-22T07:00:00.000Z');
  });

  it('stays on a half day', () => {
    // Thursday and Friday after it are holidays.
    expect(dueAt('2026-03-20', -1)).toBe('2026-03-18T07:00:00.000Z');
  });

  it('of the day itself and after stays on a Sunday', () => {
    expect(dueAt('2026-02-01', 0)).toBe('2026-02-01T07:00:00.000Z');
    expect(dueAt('2026-01-31', 1)).toBe('2026-02-01T07:00:00.000Z');
  });

  it('that meets another leaves the nearest', () => {
    // Monday: -1 moves to Friday, which is -3.
    const now = new Date('2026-01-30T07:00:00Z');
    const found = stepsAt('2026-02-02', { since: opened, now }, istanbul);
    expect(found.due?.step).toBe(-1);
    expect(found.next).toEqual({ step: 0, dueAt: new Date('2026-02-02T07:00:00Z') });
  });

  it('keeps its hour when the clocks change', () => {
    const berlin = clockIn('Europe/Berlin');
    expect(dueAt('2026-03-28', 0, berlin)).toBe('2026-03-28T09:00:00.000Z');
    expect(dueAt('2026-03-29', 0, berlin)).toBe('2026-03-29T08:00:00.000Z');
  });

  it('in a gap of the clocks is as much later', () => {
    const atGap = { ...clockIn('Europe/Berlin'), nagAt: '02:30' };
    expect(dueAt('2026-03-29', 0, atGap)).toBe('2026-03-29T01:30:00.000Z');
  });

  it('that says overdue waits until it is', () => {
    // 10:00 in Kiritimati is 23:00 of the day before in Istanbul.
    expect(dueAt('2026-02-13', 1, clockIn('Pacific/Kiritimati'))).toBe('2026-02-13T21:00:00.000Z');
  });

  it('due when the deadline was set is none', () => {
    const since = new Date('2026-02-07T07:00:00Z');
    // Saturday 7 moved to Friday 6; Wednesday 11 is ahead.
    const found = stepsAt('2026-02-14', { since, now: new Date('2026-02-08T07:00:00Z') }, istanbul);
    expect(found).toEqual({ due: null, next: { step: -3, dueAt: new Date('2026-02-11T07:00:00Z') } });
  });
});

describe('reviewers', () => {
  it('are reminded on business days after it', () => {
    const submittedAt = new Date('2026-01-30T12:00:00Z');
    const at = (iso: string) => reviewStepsAt(submittedAt, new Date(iso), istanbul).due?.step;
    expect(at('2026-01-30T20:00:00Z')).toBeUndefined();
    expect(at('2026-02-02T06:59:00Z')).toBeUndefined();
    expect(at('2026-02-02T07:00:00Z')).toBe(1);
    expect(at('2026-02-06T07:00:00Z')).toBe(5);
    expect(at('2026-02-08T07:00:00Z')).toBe(5);
    expect(at('2026-02-09T07:00:00Z')).toBe(6);
  });
});

describe('what Slack did not take', () => {
  it('is tried again on the next morning there', () => {
    const at = new Date('2026-02-10T23:30:00Z');
    expect(nextDayAt(at, istanbul).toISOString()).toBe('2026-02-12T07:00:00.000Z');
    expect(nextDayAt(at, clockIn('America/New_York')).toISOString()).toBe('2026-02-11T15:00:00.000Z');
  });
});
