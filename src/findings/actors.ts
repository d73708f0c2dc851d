/** The Slack id in an actor as rows keep it ("person:U..."); null for jobs, schedules and the command line. */
export function userOf(actor: string): string | null {
  return /^person:([UW][A-Z0-9]+)$/.exec(actor)?.[1] ?? null;
}
