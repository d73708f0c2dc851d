import type { PaymentKind } from './state-machine.ts';

/** Hundredths of a percent of the amount; refunds, chargebacks, bonuses and adjustments are free. */
const FEE_BASIS_POINTS: Record<PaymentKind, bigint> = {
  deposit: 60n,
  withdrawal: 25n,
  refund: 0n,
  chargeback: 0n,
  bonus: 0n,
  adjustment: 0n,
};
/** The tax on banking services, in percent of the fee. */
const TAX_PERCENT = 5n;

/** What the platform charges for a payment, in minor units, rounded down. */
export function feesOf(kind: PaymentKind, amount: bigint): { fee: bigint; tax: bigint } {
  const fee = (amount * FEE_BASIS_POINTS[kind]) / 10_000n;
  return { fee, tax: (fee * TAX_PERCENT) / 100n };
}
