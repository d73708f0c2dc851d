import { hash as digest, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { assert } from '../errors.ts';
import type { BundleProblem } from './bundle-problems.ts';
import { canonicalJson } from './canonical-json.ts';
import { fingerprintOf, parsePublicKey, type SigningKey } from './keys.ts';

/** One kind of lines; each line is a JSON object whose first member is the part's name. */
export interface BundlePart {
  part: string;
  lines: readonly object[];
}

export interface BundleName {
  format: string;
  override: string;
}

export const HEADER = 'header';
const MANIFEST = 'manifest';
const NEWLINE = 0x0a;
/** How the last line begins; inside a text of another line the quotes would be escaped. */
const MANIFEST_BEGINS = Buffer.from(`{"part":"${MANIFEST}"`);
/** Ed25519, base64url without padding. */
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const manifestShape = z.strictObject({
  format: z.string(),
  override: z.string(),
  parts: z.array(z.strictObject({ part: z.string(), lines: z.int().min(0), sha256: hex64 })),
  head: z.strictObject({ seq: z.string().regex(/^\d{1,19}$/), hash: hex64 }),
  key: z.string().nullable(),
  publicKey: z.string().nullable(),
});
const lastLine = z.strictObject({
  part: z.literal(MANIFEST),
  manifest: manifestShape,
  signature: z.string().regex(SIGNATURE).nullable(),
});
type Manifest = z.infer<typeof manifestShape>;

/**
 * JSON Lines: the parts one after the other, then the manifest with the number of lines and the SHA-256 (over its bytes,
 * line ends included) of each, signed over its canonical JSON. Pure.
 */
export function makeBundle(bundle: {
  name: BundleName;
  parts: readonly BundlePart[];
  /** Of the log when it was exported. */
  head: { seq: string; hash: string };
  key: SigningKey | undefined;
}): string {
  const { name, key } = bundle;
  const texts = bundle.parts.map(({ part, lines }) => {
    assert(part !== MANIFEST, 'the manifest is made of the other parts');
    return lines.map((line) => `${JSON.stringify({ part, ...line })}\n`).join('');
  });
  const manifest: Manifest = {
    ...name,
    parts: bundle.parts.map(({ part, lines }, index) => ({
      part,
      lines: lines.length,
      sha256: digest('sha256', texts[index] ?? ''),
    })),
    head: bundle.head,
    key: key?.fingerprint ?? null,
    publicKey: key?.publicKey ?? null,
  };
  const signature =
    key === undefined
      ? null
      : sign(null, Buffer.from(canonicalJson(manifest)), key.privateKey).toString('base64url');
  return `${texts.join('')}${JSON.stringify({ part: MANIFEST, manifest, signature })}\n`;
}

export interface OpenedBundle {
  manifest: Manifest;
  /** given: by a key from elsewhere. carried: by the one it carries itself, which whoever forged it would change too. */
  signedBy: 'given' | 'carried' | 'nobody';
  /** PEM; what signed it. Null: nobody. */
  publicKey: string | null;
  /** Every line, parsed, by part. */
  lines: ReadonlyMap<string, readonly object[]>;
}

export type Opened = { ok: true; bundle: OpenedBundle } | { ok: false; part: string; problem: BundleProblem };

/**
 * Checks manifest, signature and the bytes of every part, in this order, and names the first part that is not as it was
 * written. `publicKey`: SPKI PEM or base64 of it; a text that is none throws config_invalid. Pure.
 */
export function openBundle(bytes: Uint8Array, publicKey?: string): Opened {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = buffer.lastIndexOf(MANIFEST_BEGINS);
  const last = begins < 0 ? undefined : readManifest(buffer.subarray(begins));
  if (last === undefined) return broken(MANIFEST, 'manifest_unreadable');
  const { manifest, signature } = last;
  const signed = checkSignature(manifest, signature, publicKey);
  if ('problem' in signed) return broken(MANIFEST, signed.problem);
  const cut = cutParts(buffer.subarray(0, begins), manifest);
  if (!('slices' in cut)) return cut;
  const lines = new Map<string, readonly object[]>();
  for (const [part, slice] of cut.slices) {
    const parsed = parseLines(part, slice);
    if (parsed === undefined || lines.has(part)) return broken(part, 'line_unreadable');
    lines.set(part, parsed);
  }
  return { ok: true, bundle: { manifest, lines, ...signed } };
}

export function broken(part: string, problem: BundleProblem): Extract<Opened, { ok: false }> {
  return { ok: false, part, problem };
}

/** Undefined: it is not exactly what was written, line end included. */
function readManifest(bytes: Buffer): z.infer<typeof lastLine> | undefined {
  const text = bytes.toString('utf8');
  const parsed = parseJson(text);
  if (parsed === undefined || !Buffer.from(`${JSON.stringify(parsed)}\n`).equals(bytes)) return undefined;
  return lastLine.safeParse(parsed).data;
}

function checkSignature(
  manifest: Manifest,
  signature: string | null,
  given: string | undefined,
): Pick<OpenedBundle, 'signedBy' | 'publicKey'> | { problem: BundleProblem } {
  const givenKey = given === undefined ? undefined : parsePublicKey(given);
  if (manifest.key === null || manifest.publicKey === null || signature === null) {
    const half = manifest.key !== null || manifest.publicKey !== null || signature !== null;
    if (half) return { problem: 'signature_wrong' };
    return givenKey === undefined ? { signedBy: 'nobody', publicKey: null } : { problem: 'unsigned' };
  }
  if (givenKey !== undefined && fingerprintOf(givenKey) !== manifest.key) return { problem: 'key_other' };
  const publicKey = givenKey ?? carriedKey(manifest.publicKey);
  const bytes = Buffer.from(signature, 'base64url');
  const fits =
    publicKey !== undefined &&
    fingerprintOf(publicKey) === manifest.key &&
    // Spare bits of the last character would let two texts be one signature.
    bytes.toString('base64url') === signature &&
    verify(null, Buffer.from(canonicalJson(manifest)), publicKey, bytes);
  if (!fits) return { problem: 'signature_wrong' };
  return {
    signedBy: givenKey === undefined ? 'carried' : 'given',
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function carriedKey(text: string) {
  try {
    return parsePublicKey(text);
  } catch {
    return undefined;
  }
}

/** Each part's bytes, by the manifest's numbers of lines; the first whose bytes differ is the broken one. */
function cutParts(
  body: Buffer,
  { parts }: Manifest,
): { slices: (readonly [string, Buffer])[] } | Extract<Opened, { ok: false }> {
  const slices: (readonly [string, Buffer])[] = [];
  let from = 0;
  for (const { part, lines, sha256 } of parts) {
    let to = from;
    for (let line = 0; line < lines && to < body.length; line += 1) {
      const end = body.indexOf(NEWLINE, to);
      to = end < 0 ? body.length : end + 1;
    }
    const slice = body.subarray(from, to);
    if (digest('sha256', slice) !== sha256) return broken(part, 'part_changed');
    slices.push([part, slice]);
    from = to;
  }
  if (from === body.length) return { slices };
  return broken(parts.at(-1)?.part ?? MANIFEST, 'part_changed');
}

function parseLines(part: string, slice: Buffer): object[] | undefined {
  const parsed = slice
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => parseJson(line));
  const right = parsed.every(
    (line): line is object =>
      typeof line === 'object' && line !== null && 'part' in line && line.part === part,
  );
  return right ? parsed : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
