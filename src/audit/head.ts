import { sign, verify, type KeyObject } from 'node:crypto';
import type { Tx } from '../database/pool.ts';
import type { SigningKey } from './keys.ts';
import { insertKey, lockHead } from './store.ts';
import type { AuditHead } from './types.ts';

/** A head as somebody kept it. Unsigned when the app had no key: it still proves what its keeper remembers. */
export interface KeptHead extends AuditHead {
  signature: { fingerprint: string; bytes: Buffer } | undefined;
}

const PREFIX = 'mutabik-audit-head:v1';
const PATTERN =
  /^mutabik-audit-head:v1:(0|[1-9]\d{0,18}):([0-9a-f]{64}):(?:unsigned|([0-9a-f]{32}):([A-Za-z0-9_-]{86}))$/;

/** `mutabik-audit-head:v1:<seq>:<hash>:<key fingerprint>:<Ed25519 signature, base64url>`, or `...:unsigned`. */
export function signHead(key: SigningKey | undefined, head: AuditHead): string {
  if (key === undefined) return `${PREFIX}:${head.seq}:${head.hash}:unsigned`;
  const text = signedText(head, key.fingerprint);
  return `${text}:${sign(null, Buffer.from(text), key.privateKey).toString('base64url')}`;
}

/** Undefined: that isn't a head. Spaces around it and back-ticks from a message are forgiven. */
export function parseHead(text: string): KeptHead | undefined {
  const match = PATTERN.exec(text.replaceAll(/[\s`]/g, ''));
  if (match === null) return undefined;
  const [, seq = '', hash = '', fingerprint, signature] = match;
  return {
    seq: BigInt(seq),
    hash,
    signature:
      fingerprint === undefined || signature === undefined
        ? undefined
        : { fingerprint, bytes: Buffer.from(signature, 'base64url') },
  };
}

export function isSignedBy(head: KeptHead, publicKey: KeyObject): boolean {
  if (head.signature === undefined) return false;
  const text = signedText(head, head.signature.fingerprint);
  return verify(null, Buffer.from(text), publicKey, head.signature.bytes);
}

/**
 * The head as text for a digest, and the public key kept so that verifying needs nothing but the database. Waits for
 * others who append, and keeps them waiting until the transaction ends: call it last, after this transaction's own rows.
 */
export async function signCurrentHead(tx: Tx, now: Date, key: SigningKey | undefined): Promise<string> {
  if (key !== undefined) {
    await insertKey(tx, { fingerprint: key.fingerprint, publicKey: key.publicKey, firstUsedAt: now });
  }
  return signHead(key, await lockHead(tx));
}

function signedText(head: AuditHead, fingerprint: string): string {
  return `${PREFIX}:${head.seq}:${head.hash}:${fingerprint}`;
}
