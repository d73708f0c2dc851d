import { z } from 'zod';
import type { RunTotals } from './types.ts';
import { TRANSACTION_KINDS } from './types.ts';

/** Totals as jsonb keeps them: amounts are strings, since JSON numbers are floats. */
const minor = z.string().transform((text) => BigInt(text));
const classTotals = z.object({
  count: z.int(),
  perCurrency: z.array(z.object({ currency: z.string(), amountMinor: minor })),
  reportingMinor: minor,
  withoutRate: z.int(),
});
const totalsSchema = z.object({
  volumeDay: z.string(),
  volume: z.array(
    z.object({
      kind: z.enum(TRANSACTION_KINDS),
      currency: z.string(),
      count: z.int(),
      countBefore: z.int(),
      amountMinor: minor,
      amountMinorBefore: minor,
    }),
  ),
  volumeReportingMinor: minor.default(0n),
  classes: z.object({ LOW: classTotals, MED: classTotals, HIGH: classTotals }),
  opening: classTotals,
  appearances: z.object({ new: z.int(), carried: z.int(), reopened: z.int(), resolved: z.int() }),
  accounts: z.object({
    scanned: z.int(),
    clean: z.int(),
    drifted: z.int(),
    unknown: z.int(),
    skipped: z.int(),
  }),
  durationMs: z.number(),
});

export function encodeTotals(totals: RunTotals): string {
  return JSON.stringify(totals, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/** Throws when the stored totals are not ours. */
export function decodeTotals(stored: unknown): RunTotals {
  return totalsSchema.parse(stored);
}
