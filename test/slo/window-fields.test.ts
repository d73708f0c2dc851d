import { describe, expect, test } from 'vitest';
import { readWindowFields, suggestedWindow, type WindowFields } from '../../src/slo/add-window.ts';
import { policyWith } from '../overrides/cast.ts';
import { makeSlo } from './ground.ts';
import { FIELDS } from './window-fields.ts';

const policy = policyWith();
const SLOS = { all: [makeSlo()], hash: 'hash' };
const now = new Date('2026-01-15T06:00:00Z');
const read = (changes: Partial<WindowFields>) =>
  readWindowFields({ ...FIELDS, ...changes }, { slos: SLOS, now, policy });

describe('what was typed', () => {
  test('is read by the clock of the business', () => {
    expect(read({})).toMatchObject({
      ok: true,
      slo: { name: 'api-availability' },
      fromAt: new Date('2026-01-15T04:10:00Z'),
      toAt: new Date('2026-01-15T04:55:00Z'),
      cause: 'maintenance',
    });
  });

  test('may begin in one winter time and end in another', () => {
    const berlin = { ...policy.business, time_zone: 'Europe/Berlin' };
    const given = {
      ...FIELDS,
      fromDay: '2026-03-28',
      toDay: '2026-03-29',
      fromTime: '23:00',
      toTime: '04:00',
    };
    const at = { slos: SLOS, now: new Date('2026-03-30T00:00:00Z') };
    // The clocks skip an hour that night: five hours by the wall, four that pass.
    expect(readWindowFields(given, { ...at, policy: { ...policy, business: berlin } })).toMatchObject({
      fromAt: new Date('2026-03-28T22:00:00Z'),
      toAt: new Date('2026-03-29T02:00:00Z'),
    });
  });

  test.each<[string, Partial<WindowFields>, string]>([
    ['a promise that is none', { slo: 'other' }, 'slo unknown'],
    ['no day', { fromDay: '' }, 'fromDay missing'],
    ['no last day', { toDay: '' }, 'toDay missing'],
    ['a time in words', { fromTime: 'noon' }, 'fromTime time_unreadable'],
    ['an hour that is none', { toTime: '24:00' }, 'toTime time_unreadable'],
    ['an end before the beginning', { toTime: '07:09' }, 'toTime not_after'],
    ['an end at the beginning', { toTime: '07:10' }, 'toTime not_after'],
    ['more than seven days', { fromDay: '2026-01-08', toTime: '07:11' }, 'toDay too_wide'],
    [
      'an end past seven days from now',
      { toDay: '2026-01-22', fromDay: '2026-01-20', toTime: '09:01' },
      'toDay too_far_ahead',
    ],
    ['what is not kept any more', { fromDay: '2024-12-11', toDay: '2024-12-11' }, 'fromDay too_old'],
    ['no cause', { cause: '' }, 'cause missing'],
    ['a cause of their own', { cause: 'bad luck' }, 'cause missing'],
    ['no note', { note: '  ' }, 'note missing'],
    ['a note too long', { note: 'x'.repeat(501) }, 'note too_long'],
  ])('is refused beside its input: %s', (_what, changes, refusal) => {
    const outcome = read(changes);
    expect(outcome.ok ? 'taken' : `${outcome.refusal.field} ${outcome.refusal.why}`).toBe(refusal);
  });

  test.each<[string, Partial<WindowFields>]>([
    ['seven days', { fromDay: '2026-01-08', fromTime: '07:55' }],
    ['planned within seven days', { toDay: '2026-01-22', fromDay: '2026-01-20', toTime: '09:00' }],
    ['a note of 500 signs, whatever their width', { note: '🛠'.repeat(500) }],
    ['bad data', { cause: 'bad_data' }],
  ])('is taken: %s', (_what, changes) => {
    expect(read(changes)).toMatchObject({ ok: true });
  });

  test('begins with the last whole hour', () => {
    expect(suggestedWindow(new Date('2026-01-14T21:30:00Z'), 'Europe/Istanbul')).toEqual({
      fromDay: '2026-01-14',
      fromTime: '23:00',
      toDay: '2026-01-15',
      toTime: '00:00',
    });
  });
});
