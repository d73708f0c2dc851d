import { describe, expect, it } from 'vitest';
import { makeTexts, type TextKey } from '../../src/texts.ts';

const en = makeTexts('en');
const tr = makeTexts('tr');
const MINUTE = 60_000;
const AT = new Date('2026-01-14T21:30:00Z');

describe('texts', () => {
  it('choose the plural form of the language', () => {
    const key = 'reconciliation.headline.opening';
    expect(en.t(key, { count: 1 })).toContain('1 break from');
    expect(en.t(key, { count: 1_200 })).toContain('1,200 breaks from');
    expect(tr.t(key, { count: 1 })).toContain('1 fark');
    expect(tr.t(key, { count: 1_200 })).toContain('1.200 fark');
  });

  it('throw when a value is missing', () => {
    expect(() => en.t('reconciliation.more')).toThrow();
    expect(() => tr.t('reconciliation.reason')).toThrow();
  });

  it('throw for a key that is not there', () => {
    expect(() => en.t('no.such.key' as TextKey)).toThrow('no text no.such.key in en');
    expect(en.has('no.such.key')).toBe(false);
  });

  it('know dotted and undotted i in Turkish capitals', () => {
    expect(tr.t('findings.class.LOW')).toBe('DÜŞÜK');
    expect(tr.t('findings.class.LOW').toLocaleLowerCase('tr')).toBe('düşük');
    expect('Çekimler hesabı'.toLocaleUpperCase('tr')).toBe('ÇEKİMLER HESABI');
    expect(tr.t('reconciliation.kind.withdrawal')).toBe('Çekimler');
  });

  it('leave values as they are, braces and tags included', () => {
    expect(en.t('reconciliation.reason', { error: "{x} <b>'y'</b> #" })).toBe("Reason: {x} <b>'y'</b> #");
  });
});

describe('spans of time', () => {
  it.each([
    [-5 * MINUTE, 'under 1 min', "1 dk'dan az"],
    [59_999, 'under 1 min', "1 dk'dan az"],
    [45 * MINUTE, '45 min', '45 dk'],
    [60 * MINUTE, '1 h', '1 sa'],
    [200 * MINUTE, '3 h 20 min', '3 sa 20 dk'],
    [24 * 60 * MINUTE, '1 d', '1 gün'],
    [(76 * 60 + 59) * MINUTE, '3 d 4 h', '3 gün 4 sa'],
    [2_000 * 24 * 60 * MINUTE, '2,000 d', '2.000 gün'],
  ])('%s ms is %s and %s', (ms, english, turkish) => {
    expect(en.duration(ms)).toBe(english);
    expect(tr.duration(ms)).toBe(turkish);
  });
});

describe('numbers and shares', () => {
  it('are grouped as the language does', () => {
    expect([en.count(1_234_567), tr.count(1_234_567n)]).toEqual(['1,234,567', '1.234.567']);
    expect([en.percent(0.1234), tr.percent(0.1234)]).toEqual(['12.3%', '%12,3']);
  });
});

describe('days and instants', () => {
  it('name the day, whatever the zone of the machine', () => {
    expect([en.day('2026-01-14'), tr.day('2026-01-14')]).toEqual([
      'Wednesday, 14 January 2026',
      '14 Ocak 2026 Çarşamba',
    ]);
  });

  it('show no day that is none', () => {
    expect(en.day('<!here>')).toBe('');
  });

  it('name the zone', () => {
    expect(en.instant(AT, 'Europe/Istanbul')).toBe('15 Jan 2026, 00:30 GMT+3');
    expect(tr.instant(AT, 'Europe/Istanbul')).toBe('15 Oca 2026 00:30 GMT+3');
    expect(en.instant(AT, 'Asia/Kolkata')).toBe('15 Jan 2026, 03:00 GMT+5:30');
  });

  it("become Slack's date token with the zone behind", () => {
    expect(tr.slackDate(AT, 'Europe/Istanbul')).toBe(
      '<!date^1768426200^{date_short_pretty} {time}|15 Oca 2026 00:30 GMT+3>',
    );
  });
});
