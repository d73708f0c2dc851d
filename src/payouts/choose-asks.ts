import { OPEN_ATTEMPTS, type PayoutRow } from '../finance/payout-row.ts';
import type { Answers, AttemptRef } from '../platform/types.ts';

/** A provider is asked anew about what is younger than two hours at every check, about older things every ten minutes. */
const YOUNG_MS = 2 * 3_600_000;
const YOUNG_EVERY_MS = 4 * 60_000;
const OLD_EVERY_MS = 9 * 60_000;

/**
 * Which attempts a check asks about, the longest unasked first, `most` at the most: of failed payouts every attempt, since
 * each must be proven dead; of stuck ones those that may still pay. What was never asked about begins with the newest, which
 * somebody may be waiting for. One without a reference can't be asked about. `isUrgent`: whatever was said a moment ago.
 */
export function chooseAsks(
  rows: readonly PayoutRow[],
  answers: Answers,
  now: Date,
  { most, isUrgent = false }: { most: number; isUrgent?: boolean },
): AttemptRef[] {
  const wanted = rows.flatMap((row) =>
    row.attempts.flatMap((attempt) => {
      const reference = attempt.provider_ref ?? '';
      if (reference === '' || (row.state !== 'payout_failed' && !OPEN_ATTEMPTS.has(attempt.status)))
        return [];
      const askedAt = answers.get(attempt.id)?.askedAt.getTime() ?? Number.NEGATIVE_INFINITY;
      const createdAt = Date.parse(attempt.created_at);
      const everyMs = now.getTime() - createdAt < YOUNG_MS ? YOUNG_EVERY_MS : OLD_EVERY_MS;
      if (!isUrgent && now.getTime() - askedAt < everyMs) return [];
      const ref: AttemptRef = {
        attemptId: attempt.id,
        transactionId: row.id,
        tenantId: row.tenant_id,
        provider: attempt.provider,
        reference,
      };
      return [{ ref, askedAt, createdAt }];
    }),
  );
  return wanted
    .toSorted((a, b) =>
      a.askedAt === b.askedAt ? b.createdAt - a.createdAt : a.askedAt < b.askedAt ? -1 : 1,
    )
    .slice(0, most)
    .map(({ ref }) => ref);
}
