import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, escape, foreignCode, foreignWords, maskAccount, scrub } from '../../blocks/foreign.ts';
import { cutMarkup, joinLines } from '../../blocks/kit.ts';
import { liveMarkup } from './reading.ts';

describe('foreign text in markup', () => {
  it.each([
    ['a broadcast', '<!channel> now', '`&lt;!channel&gt; now`'],
    ['a mention', '<@U012AB3CD>', '`&lt;@U012AB3CD&gt;`'],
    ['a user group', '<!subteam^S1|ops>', '`&lt;!subteam^S1|ops&gt;`'],
    ['a link', '<https://evil.example|approve>', '`&lt;https://evil.example|approve&gt;`'],
    ['an entity', '&lt;!here&gt;', '`&amp;lt;!here&amp;gt;`'],
    ['bold and strike', '*paid* ~no~ _x_', '`*paid* ~no~ _x_`'],
    ['a code span', '`x` ```y```', '`ˋxˋ ˋˋˋyˋˋˋ`'],
    ['line breaks', 'a\r\n> quote\u2028b\u0000c', '`a &gt; quote b c`'],
    ['direction marks', 'paid\u202Etrue\u2066\u200F', '`paidtrue`'],
    ['zero-width characters', 'ad\u200Bmin\uFEFF\u00AD', '`admin`'],
    ['tag characters', 'x\u{E0041}\u{E007F}', '`x`'],
    ['a lone surrogate', 'x\uD83Dy', '`x\uFFFDy`'],
    ['nothing at all', ' \n\u200B ', '`–`'],
  ])('makes %s harmless', (_, text, shown) => {
    expect(foreignCode(text, 80)).toBe(shown);
  });

  it('keeps Turkish letters and plain signs', () => {
    expect(foreignWords('İĞÜŞÖÇ ığüşöç ₺ 100%', 80)).toBe('İĞÜŞÖÇ ığüşöç ₺ 100%');
  });

  it('is dead, one line and bounded, whatever it is', () => {
    // fast-check's own strings of any code points take five seconds to set up.
    const codePoints = fc.array(fc.nat(0x10ffff)).map((points) => String.fromCodePoint(...points));
    const codeUnits = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(fc.oneof(codeUnits, codePoints), fc.integer({ min: 1, max: 90 }), (text, limit) => {
        const shown = foreignCode(text, limit);
        expect(liveMarkup(shown)).toEqual([]);
        expect(shown).toMatch(/^`[^`\n\r]+`$/u);
        expect(Array.from(foreignWords(text, limit)).length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

describe('scrubbing', () => {
  it.each([
    ['a card number', 'card 4111111111111111 declined', 'card [card ••1111] declined'],
    ['a card number in groups', '5500-0000-0000-0004.', '[card ••0004].'],
    ['a card number behind another number', 'order 12 4111 1111 1111 1111 x', 'order 12 [card ••1111] x'],
    ['two card numbers', '4111111111111111 5500000000000004', '[card ••1111] [card ••0004]'],
    ['an IBAN in groups', 'to TR33 0006 1005 1978 6457 8413 26 and more', 'to [IBAN] and more'],
    ['a small IBAN', 'tr330006100519786457841326', '[IBAN]'],
    ['an IBAN behind a reference', 'AB12 CDEF GH TR330006100519786457841326', 'AB12 CDEF GH [IBAN]'],
    ['an e-mail address', 'write to ayşe.k+1@banka.com.tr!', 'write to [e-mail]!'],
    ['an international number', 'call +90 (532) 123-45-67 now', 'call [phone] now'],
    ['a Turkish mobile number', '0532 123 45 67 / 5321234567', '[phone] / [phone]'],
  ])('hides %s', (_, text, shown) => {
    expect(scrub(text)).toBe(shown);
  });

  it.each([
    ['a number that fails its check digit', '4111111111111112'],
    ['a time', '2026-01-14 05:55:00'],
    ['a code', 'ERR_5001 insufficient_funds'],
    ['a reference of letters and digits', 'WD-2026-0001234'],
    ['a word like an IBAN', 'TR12 IS NOT AN IBAN AT ALL'],
    ['zeros', '0000000000000000'],
  ])('leaves %s alone', (_, text) => {
    expect(scrub(text)).toBe(text);
  });

  it('leaves a bare reference of ten digits readable', () => {
    expect(foreignWords('5321234567', 40, 'id')).toBe('5321234567');
    expect(foreignWords('+905321234567', 40, 'id')).toBe('[phone]');
  });

  it('hides a card number split by invisible characters', () => {
    expect(foreignWords('4111\u200B1111\u200B1111\u200B1111', 40)).toBe('[card ••1111]');
  });

  it('shows no half of a number where reading ends', () => {
    const text = `${'\u200B'.repeat(1_010)}4111111111111111`;
    expect(foreignWords(text, 80)).toBe('…');
  });

  it('stays quick on megabytes', () => {
    const started = performance.now();
    for (const text of ['1 '.repeat(1e6), 'a@'.repeat(1e6), 'TR12'.repeat(1e6), 'a'.repeat(1e7)]) {
      foreignWords(text, 80);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('cutting', () => {
  it('counts code points and the ellipsis', () => {
    expect(cut('👍👍👍', 3)).toBe('👍👍👍');
    expect(cut('👍👍👍👍', 3)).toBe('👍👍…');
  });

  it.each([
    ['an entity', 'abcdef&amp;xyz', 'abcdef…'],
    ['a token', 'abcdef<!date^1^{date}|x>', 'abcdef…'],
    ['a code span', 'abc `defghijkl`', 'abc `def`…'],
  ])('leaves no half of %s', (_, markup, shown) => {
    expect(cutMarkup(markup, shown.length + (shown.endsWith('`…') ? 0 : 3))).toBe(shown);
  });

  it('keeps whole lines and says that there were more', () => {
    expect(joinLines(['one', 'two', 'three'], 9)).toBe('one\ntwo\n…');
    expect(joinLines(['one', 'two', 'three'], 13)).toBe('one\ntwo\nthree');
  });
});

describe('an account', () => {
  it.each([
    ['acc-000042', '••0042'],
    ['1234', '••34'],
    ['7', '••'],
    ['', '••'],
    ['x'.repeat(4_000), '••xxxx'],
  ])('shows at most its last four: %#', (account, shown) => {
    expect(maskAccount(account)).toBe(shown);
  });
});

it('escaping can be undone', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const back = escape(text).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
      expect(back).toBe(text);
    }),
  );
});
