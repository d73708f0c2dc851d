/** Causes that are none of one finding; those are hashes in hex. */
export const OPENING_CAUSE = 'opening';
export const MANY_PREFIX = 'many:';

/** All causes of one business day, YYYY-MM-DD, that were too many to tell of singly. */
export function manyCause(day: string): string {
  return `${MANY_PREFIX}${day}`;
}

export function incidentCause(requestId: string): string {
  return `incident:${requestId}`;
}
