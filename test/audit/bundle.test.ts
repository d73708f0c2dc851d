import { describe, expect, test } from 'vitest';
import { proveLog } from '../../src/audit/bundle-chain.ts';
import { openBundle, type Opened } from '../../src/audit/bundle.ts';
import { generateSigningKey, parseSigningKey } from '../../src/audit/keys.ts';
import { bundleOf, chain, KEY, partOfEachByte, type Made } from './bundle-ground.ts';

const bundle = bundleOf();
const lines = bundle.match(/.*\n/g) ?? [];

function check(text: string | Uint8Array, publicKey: string | undefined = KEY.publicKey) {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const opened = openBundle(bytes, publicKey);
  return opened.ok ? proveLog(opened.bundle) : opened;
}

/** "part: problem", or "whole". */
function said(outcome: { ok: true } | Extract<Opened, { ok: false }>): string {
  return outcome.ok ? 'whole' : `${outcome.part}: ${outcome.problem}`;
}

test('a bundle is whole by the key alone', () => {
  const opened = openBundle(Buffer.from(bundle), KEY.publicKey);
  expect(opened).toMatchObject({ ok: true, bundle: { signedBy: 'given' } });
  expect(check(bundle)).toMatchObject({ ok: true, erased: 0 });
});

test('without a key from elsewhere it says so', () => {
  expect(openBundle(Buffer.from(bundle))).toMatchObject({ ok: true, bundle: { signedBy: 'carried' } });
  const unsigned = bundleOf({ key: undefined });
  expect(openBundle(Buffer.from(unsigned))).toMatchObject({ ok: true, bundle: { signedBy: 'nobody' } });
  expect(said(check(unsigned))).toBe('manifest: unsigned');
});

test('every byte changed is told, with its part', () => {
  const bytes = Buffer.from(bundle);
  const parts = partOfEachByte(bundle);
  expect(parts).toHaveLength(bytes.length);
  const wrong: string[] = [];
  for (const [index, part] of parts.entries()) {
    const was = bytes[index] ?? 0;
    // One bit of it; every ninth becomes a line end instead, which moves the lines after it.
    bytes[index] = index % 9 === 0 && was !== 0x0a ? 0x0a : was ^ (1 << (index % 8));
    const outcome = check(bytes);
    if (outcome.ok || outcome.part !== part) wrong.push(`${index} of ${part}: ${said(outcome)}`);
    bytes[index] = was;
  }
  expect(wrong).toEqual([]);
}, 60_000);

test('cut off anywhere it is not whole', () => {
  const bytes = Buffer.from(bundle);
  for (let length = 0; length < bytes.length; length += 1) {
    expect(check(bytes.subarray(0, length)).ok).toBe(false);
  }
});

const without = (index: number) => lines.toSpliced(index, 1).join('');
test.each([
  ['the header left out', without(0), 'header: part_changed'],
  ['a vote left out', without(3), 'votes: part_changed'],
  ['a row left out', without(6), 'audit: part_changed'],
  ['the head left out', without(lines.length - 2), 'head: part_changed'],
  [
    'a line more before the manifest',
    lines.toSpliced(-1, 0, '{"part":"head"}\n').join(''),
    'head: part_changed',
  ],
  ['a line more at the end', `${bundle}{"part":"head"}\n`, 'manifest: manifest_unreadable'],
  ['an empty line at the end', `${bundle}\n`, 'manifest: manifest_unreadable'],
  ['the manifest twice', `${bundle}${lines.at(-1)}`, 'head: part_changed'],
  ['a byte order mark', `\uFEFF${bundle}`, 'header: part_changed'],
  ['other line ends', bundle.replaceAll('\n', '\r\n'), 'manifest: manifest_unreadable'],
  ['nothing', '', 'manifest: manifest_unreadable'],
])('%s', (_name, text, expected) => {
  expect(said(check(text))).toBe(expected);
});

test('two votes swapped', () => {
  const swapped = [...lines];
  [swapped[2], swapped[3]] = [lines[3] ?? '', lines[2] ?? ''];
  expect(said(check(swapped.join('')))).toBe('votes: part_changed');
});

describe('another key', () => {
  const other = parseSigningKey(generateSigningKey());
  test('a bundle signed anew by another', () => {
    const forged = bundleOf({ key: other });
    expect(said(check(forged))).toBe('manifest: key_other');
    expect(said(check(forged, other.publicKey))).toBe('whole');
  });

  test('the fingerprint of ours, the signature of another', () => {
    const forged = bundleOf({ key: { ...other, fingerprint: KEY.fingerprint, publicKey: KEY.publicKey } });
    expect(said(check(forged))).toBe('manifest: signature_wrong');
    expect(said(openBundle(Buffer.from(forged)))).toBe('manifest: signature_wrong');
  });

  test('the signature taken off', () => {
    const bare = bundle.replace(/"signature":"[^"]+"/, '"signature":null');
    expect(said(openBundle(Buffer.from(bare)))).toBe('manifest: signature_wrong');
  });

  test('a head that another signed', () => {
    expect(said(check(bundleOf({ headKey: other })))).toBe('head: head_differs');
  });
});

/** What a holder of the key can't hide either. */
describe('a signed lie', () => {
  const rows = chain(5);
  const changed = (index: number, change: object) =>
    rows.map((row, at) => (at === index ? { ...row, ...change } : row));
  const last = { seq: 45n, hash: rows.at(-1)?.hash ?? '' };
  test.each<[string, Made, string]>([
    ['a row left out', { rows: rows.toSpliced(2, 1) }, 'audit: gap'],
    ['a row put in twice', { rows: rows.toSpliced(2, 0, rows[2]!) }, 'audit: gap'],
    ['a row changed', { rows: changed(2, { actor: 'person:U9' }) }, 'audit: row_changed'],
    ['a row of another log', { rows: [...rows.slice(0, 2), ...chain(3, 43)] }, 'audit: previous_differs'],
    ['a text changed', { rows: changed(2, { body: 'Başka' }) }, 'audit: personal_changed'],
    [
      'a salt that takes from the text',
      { rows: changed(2, { salt: `${'ab'.repeat(16)}B`, body: 'anka dekontu 2 geldi ₺' }) },
      'audit: personal_changed',
    ],
    ['a head before the last row', { head: { ...last, seq: 44n } }, 'head: head_behind'],
    ['a head of another row', { head: { seq: 45n, hash: 'ef'.repeat(32) } }, 'head: head_behind'],
    ['a header of another override', { header: { format: 'x', override: 'y' } }, 'header: header_differs'],
    ['no header', { header: {} }, 'header: line_unreadable'],
  ])('%s', (_name, made, expected) => {
    expect(said(check(bundleOf(made)))).toBe(expected);
  });

  test('the head may be the last row', () => {
    expect(said(check(bundleOf({ head: last })))).toBe('whole');
  });

  test('an erased text is counted', () => {
    expect(check(bundleOf({ rows: changed(2, { salt: null, body: null }) }))).toMatchObject({ erased: 1 });
  });
});
