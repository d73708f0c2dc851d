/** Slack's calls carry JSON inside of JSON (blocks, views, payloads as strings): read out, so that one can read it. */
export function unfold(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unfold);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unfold(inner)]));
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return unfold(JSON.parse(value));
  } catch {
    return value;
  }
}
