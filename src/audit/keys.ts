import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { AppError } from '../errors.ts';

export interface SigningKey {
  privateKey: KeyObject;
  /** SPKI, PEM. */
  publicKey: string;
  fingerprint: string;
}

/**
 * AUDIT_SIGNING_KEY: an Ed25519 private key as PKCS#8 PEM, or the base64 of one (of the PEM or of its DER bytes), for
 * environments that keep no line breaks. Throws config_invalid; the key itself is never in the message.
 */
export function parseSigningKey(text: string): SigningKey {
  const privateKey = parse(text, (input) => createPrivateKey(input), 'pkcs8', 'AUDIT_SIGNING_KEY');
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey: toPem(publicKey), fingerprint: fingerprintOf(publicKey) };
}

/** A public key as SPKI PEM or base64 of it. Throws config_invalid. */
export function parsePublicKey(text: string): KeyObject {
  return parse(text, (input) => createPublicKey(input), 'spki', 'The public key');
}

/** A new private key, PKCS#8 PEM: for the sandbox, and for whoever sets the app up. */
export function generateSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The first 128 bits of SHA-256 over the public key's DER bytes, hex. */
export function fingerprintOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 32);
}

function toPem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

type KeyInput = string | { key: Buffer; format: 'der'; type: 'pkcs8' & 'spki' };

function parse(
  text: string,
  make: (input: KeyInput) => KeyObject,
  type: 'pkcs8' | 'spki',
  name: string,
): KeyObject {
  const fail = () =>
    new AppError('config_invalid', `${name} is not an Ed25519 key in PEM (${type}), nor the base64 of one.`, {
      retryable: false,
    });
  let key: KeyObject;
  try {
    if (text.includes('-----BEGIN')) {
      key = make(text.replaceAll('\\n', '\n'));
    } else {
      const bytes = Buffer.from(text, 'base64');
      const pem = bytes.toString('utf8');
      key = make(
        pem.includes('-----BEGIN') ? pem : { key: bytes, format: 'der', type: type as 'pkcs8' & 'spki' },
      );
    }
  } catch {
    throw fail();
  }
  if (key.asymmetricKeyType !== 'ed25519') throw fail();
  return key;
}
