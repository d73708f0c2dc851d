import { assert } from '../errors.ts';
import { toDecimal } from '../money.ts';
import type { Order } from '../platform/types.ts';
import type { Operation } from './types.ts';

/** What the platform is told: made from the row alone, so that every try says the same. */
export function orderOf(operation: Operation): Order {
  const { action, currency } = operation;
  assert(action !== 'recheck', 'a recheck is no order');
  return {
    operationId: operation.id,
    action,
    idempotencyKey: operation.idempotencyKey,
    tenantId: operation.tenantId,
    transactionId: operation.transactionId,
    amount: toDecimal({ minor: operation.amountMinor, currency }),
    currency,
    actor: operation.requestedBy,
    override: operation.overrideId ?? '',
    reason: operation.reason === '' ? `${action} asked for in Slack (${operation.id})` : operation.reason,
  };
}
