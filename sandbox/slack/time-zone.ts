/** tz, tz_label and tz_offset (seconds) of a zone at a moment, as users.info shows them. */
export function formatInTimeZone(tz: string, now: Date): { tz: string; tz_label: string; tz_offset: number } {
  const label = partOf(tz, now, 'long');
  const offset = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(partOf(tz, now, 'longOffset'));
  const sign = offset?.[1] === '-' ? -1 : 1;
  const seconds = (Number(offset?.[2] ?? 0) * 60 + Number(offset?.[3] ?? 0)) * 60;
  return { tz, tz_label: label, tz_offset: seconds === 0 ? 0 : sign * seconds };
}

function partOf(timeZone: string, now: Date, timeZoneName: 'long' | 'longOffset'): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName }).formatToParts(now);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}
