import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isSignedBy, parseHead, signHead } from '../../src/audit/head.ts';
import { generateSigningKey, parsePublicKey, parseSigningKey } from '../../src/audit/keys.ts';

const HEAD = { seq: 42n, hash: 'ab'.repeat(32) };
const pem = generateSigningKey();
const key = parseSigningKey(pem);

test('a signed head survives a message', () => {
  const text = signHead(key, HEAD);
  expect(text).toMatch(/^mutabik-audit-head:v1:42:[0-9a-f]{64}:[0-9a-f]{32}:[\w-]{86}$/);
  const parsed = parseHead(` \`${text}\`\n`);
  expect(parsed).toMatchObject(HEAD);
  expect(isSignedBy(parsed!, parsePublicKey(key.publicKey))).toBe(true);
});

test('a head of another number is not signed', () => {
  const text = signHead(key, HEAD).replace(':42:', ':43:');
  expect(isSignedBy(parseHead(text)!, parsePublicKey(key.publicKey))).toBe(false);
});

test('another key did not sign it', () => {
  const other = parseSigningKey(generateSigningKey());
  expect(isSignedBy(parseHead(signHead(key, HEAD))!, parsePublicKey(other.publicKey))).toBe(false);
});

test('without a key a head is unsigned', () => {
  const parsed = parseHead(signHead(undefined, HEAD));
  expect(parsed).toEqual({ ...HEAD, signature: undefined });
  expect(isSignedBy(parsed!, parsePublicKey(key.publicKey))).toBe(false);
});

test.each([
  '',
  'mutabik-audit-head:v1:42',
  'mutabik-audit-head:v2:42:' + HEAD.hash + ':unsigned',
  'mutabik-audit-head:v1:042:' + HEAD.hash + ':unsigned',
  'mutabik-audit-head:v1:42:' + HEAD.hash.toUpperCase() + ':unsigned',
])('not a head: "%s"', (text) => {
  expect(parseHead(text)).toBeUndefined();
});

describe('AUDIT_SIGNING_KEY', () => {
  const der = key.privateKey.export({ type: 'pkcs8', format: 'der' });
  test.each([
    ['PEM', pem],
    ['PEM on one line', pem.trim().replaceAll('\n', '\\n')],
    ['base64 of the PEM', Buffer.from(pem).toString('base64')],
    ['base64 of the DER', der.toString('base64')],
  ])('may be %s', (_, text) => {
    expect(parseSigningKey(text).fingerprint).toBe(key.fingerprint);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  test.each([
    ['another kind of key', rsa.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['noise', 'c2VjcmV0LXRoYXQtaXMtbm90LWEta2V5'],
    ['a public key', key.publicKey],
  ])('is refused when it is %s', (_, text) => {
    const parse = () => parseSigningKey(text);
    expect(parse).toThrow('not an Ed25519 key');
    expect(parse).not.toThrow(text.slice(30, 60));
  });
});
