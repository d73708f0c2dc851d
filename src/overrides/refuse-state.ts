import { isExpired } from './expiry.ts';
import type { OverrideRefusal } from './refusals.ts';
import type { Override, OverrideVersion } from './types.ts';

/** Is the version that a card showed still to be decided? Null: it is. Pure. */
export function refuseState(
  override: Override,
  version: OverrideVersion,
  shown: number,
  now: Date,
): OverrideRefusal | null {
  const { state, overAt, overBy, approvedAt } = override;
  if (shown !== override.version) return { why: 'renewed', version: override.version };
  if (state === 'void') return { why: 'changed', changes: version.changes ?? [] };
  if (state !== 'open') return { why: 'decided', state, by: overBy, at: overAt ?? approvedAt ?? now };
  return isExpired(version, now) ? { why: 'expired', at: version.expiresAt } : null;
}
