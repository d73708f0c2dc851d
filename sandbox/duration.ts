import { AppError } from '../src/errors.ts';

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "24h", "35m", "90s", "1d12h" in milliseconds. Throws config_invalid for anything else. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new AppError('config_invalid', `${text} is not a duration such as 24h, 35m or 90s`, {
      retryable: false,
    });
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
}
