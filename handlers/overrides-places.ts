import { z } from 'zod';
import type { CardId, FindingId, PayoutId } from '../src/ids.ts';
import type { AskedAbout } from '../src/overrides/asked-about.ts';

const id = z.uuid().nullable().catch(null);

/** What the modal that asks for an override remembers: ids of ours and of the platform, never an authority. */
const asking = z.object({
  /** Of the payment: what the audit row of a refusal is about. */
  id: z.string().min(1),
  kind: z.string(),
  tenantId: z.string(),
  payoutId: id,
  findingId: id,
  cardId: id,
  channelId: z.string().nullable().catch(null),
});

const deciding = z.object({
  id: z.uuid(),
  version: z.int().positive(),
  channelId: z.string().nullable().catch(null),
});

export type AskingMetadata = z.infer<typeof asking>;
export type DecidingMetadata = z.infer<typeof deciding>;

export function metadataOf(
  { kind, tenantId, subjectId, from }: AskedAbout,
  channelId: string | null,
): AskingMetadata {
  return { id: subjectId, kind, tenantId, ...from, channelId };
}

/** Null for a modal that is none of ours. */
export function readAsking(metadata: string): { origin: AskedAbout; channelId: string | null } | null {
  const known = parse(asking, metadata);
  if (known === null) return null;
  const { id: subjectId, kind, tenantId, channelId } = known;
  const from = {
    payoutId: known.payoutId as PayoutId | null,
    findingId: known.findingId as FindingId | null,
    cardId: known.cardId as CardId | null,
  };
  return { origin: { kind, tenantId, subjectId, from }, channelId };
}

export function readDeciding(metadata: string): DecidingMetadata | null {
  return parse(deciding, metadata);
}

/** The channel that a modal of any noun was opened in. */
export function channelIn(metadata: string): string | null {
  return parse(z.object({ channelId: z.string() }), metadata)?.channelId ?? null;
}

/** "<override>:<version>", as buttons carry it; null for anything else. */
export function parseVersioned(value: string): { overrideId: string; version: number } | null {
  const [, overrideId, version] =
    /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9]\d{0,8})$/.exec(value) ?? [];
  return overrideId === undefined ? null : { overrideId, version: Number(version) };
}

/** The override that a button names, with or without a version. */
export function parseOverrideId(value: string): string | null {
  return /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?::\d{1,9})?$/.exec(value)?.[1] ?? null;
}

function parse<T>(schema: z.ZodType<T>, metadata: string): T | null {
  try {
    return schema.parse(JSON.parse(metadata));
  } catch {
    return null;
  }
}
