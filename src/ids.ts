import { randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TenantId = Branded<'TenantId'>;
export type AccountId = Branded<'AccountId'>;
export type FindingId = Branded<'FindingId'>;
export type RunId = Branded<'RunId'>;
export type CardId = Branded<'CardId'>;
export type TaskId = Branded<'TaskId'>;
export type EscalationId = Branded<'EscalationId'>;
export type PayoutId = Branded<'PayoutId'>;
export type OperationId = Branded<'OperationId'>;
export type OverrideId = Branded<'OverrideId'>;
export type ExemptionId = Branded<'ExemptionId'>;
export type ActionId = Branded<'ActionId'>;
export type IncidentId = Branded<'IncidentId'>;
/** A Slack user id (U... or W...). */
export type UserId = Branded<'UserId'>;

/** A fresh random id; the caller names which kind it is. */
export function newId<T extends string>(): T {
  return randomUUID() as string as T;
}

/** What a finding, card, operation or override is about. For anything about a payout: the transaction's id. */
export interface Subject {
  kind:
    | 'transaction'
    | 'account'
    | 'webhook'
    | 'ledger_entry'
    | 'reconciliation'
    | 'audit'
    | 'job'
    | 'schedule'
    | 'card'
    | 'alert'
    | 'tenant'
    | 'finding'
    | 'escalation'
    | 'escalation_step'
    | 'incident'
    | 'person'
    | 'role'
    | 'slack'
    | 'payout'
    | 'payout_group'
    | 'operation'
    | 'override'
    | 'override_notice'
    | 'override_proof'
    | 'exemption'
    | 'exemption_nag'
    | 'exemption_closing'
    | 'exemption_roll'
    | 'exemption_review'
    | 'action'
    | 'slo'
    | 'slo_episode'
    | 'slo_window'
    | 'slo_report'
    | 'slo_share'
    | 'slo_risk'
    | 'platform';
  id: string;
}
