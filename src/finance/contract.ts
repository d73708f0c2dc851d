/**
 * The finance contract as data: the views a team maps its tables to, read-only. Times are timestamptz, amounts decimal
 * numbers in major units. The reference schema is the same contract as SQL.
 */

/** What a column must be able to do; each family names the PostgreSQL types that can. */
export type TypeFamily = 'text' | 'amount' | 'timestamp' | 'day' | 'integer';

export const FAMILY_TYPES: Record<TypeFamily, readonly string[]> = {
  text: ['text', 'varchar'],
  amount: ['numeric'],
  timestamp: ['timestamptz'],
  day: ['date'],
  integer: ['int2', 'int4', 'int8'],
};

export interface ContractColumn {
  name: string;
  family: TypeFamily;
  nullable: boolean;
  /** The only values we understand; other words are reported, since no rule would look at such a row rightly. */
  values?: readonly string[];
}

export interface ContractView {
  name: ContractViewName;
  optional: boolean;
  columns: readonly ContractColumn[];
  /** Leading columns of each index that the rules lean on. */
  indexes: readonly (readonly string[])[];
  /** What is not done while an optional view is absent. */
  without?: string;
}

export const CONTRACT_VIEW_NAMES = [
  'transactions',
  'payout_attempts',
  'ledger_entries',
  'wallets',
  'wallet_baselines',
  'accounts',
  'providers',
  'fx_rates',
  'webhook_events',
  'sli_minutes',
] as const;
export type ContractViewName = (typeof CONTRACT_VIEW_NAMES)[number];

const DEPOSIT_STATES = ['created', 'pending_provider', 'completed', 'failed', 'reversed'] as const;
const WITHDRAWAL_STATES = [
  'requested',
  'approved',
  'payout_pending',
  'payout_submitted',
  'processing',
  'paid',
  'payout_failed',
  'rejected',
  'canceled',
] as const;

/** Every state there is, of whatever kind. */
export const PAYMENT_STATES = [...DEPOSIT_STATES, ...WITHDRAWAL_STATES] as const;

/** The states of each kind; refunds, chargebacks, bonuses and adjustments live like deposits. */
export const STATES_BY_KIND: Record<string, readonly string[]> = {
  deposit: DEPOSIT_STATES,
  withdrawal: WITHDRAWAL_STATES,
  refund: DEPOSIT_STATES,
  chargeback: DEPOSIT_STATES,
  bonus: DEPOSIT_STATES,
  adjustment: DEPOSIT_STATES,
};

/** States after which nothing is expected any more: final_at is set in these and null in all others. */
export const FINAL_STATES: readonly string[] = [
  'completed',
  'failed',
  'reversed',
  'paid',
  'rejected',
  'canceled',
];

const text = (name: string, values?: readonly string[]): ContractColumn => ({
  name,
  family: 'text',
  nullable: false,
  ...(values === undefined ? {} : { values }),
});
const amount = (name: string): ContractColumn => ({ name, family: 'amount', nullable: false });
const at = (name: string): ContractColumn => ({ name, family: 'timestamp', nullable: false });
const integer = (name: string): ContractColumn => ({ name, family: 'integer', nullable: false });
const maybe = (column: ContractColumn): ContractColumn => ({ ...column, nullable: true });
const wallet = [text('tenant_id'), text('account_id'), text('currency')];

export const CONTRACT: readonly ContractView[] = [
  {
    name: 'transactions',
    optional: false,
    columns: [
      text('id'),
      text('tenant_id'),
      text('account_id'),
      maybe(text('payee_ref')),
      text('kind', Object.keys(STATES_BY_KIND)),
      text('state', PAYMENT_STATES),
      amount('amount'),
      text('currency'),
      maybe(text('provider')),
      maybe(text('provider_ref')),
      at('created_at'),
      at('requested_at'),
      at('state_since'),
      maybe(at('final_at')),
      at('updated_at'),
    ],
    indexes: [['id'], ['updated_at'], ['created_at'], ['tenant_id', 'account_id']],
  },
  {
    name: 'payout_attempts',
    optional: false,
    columns: [
      text('id'),
      text('transaction_id'),
      text('provider'),
      maybe(text('provider_ref')),
      text('status', ['pending', 'submitted', 'succeeded', 'failed', 'unknown']),
      maybe(text('error_code')),
      at('created_at'),
      at('updated_at'),
    ],
    indexes: [['transaction_id'], ['updated_at'], ['provider', 'provider_ref']],
  },
  {
    name: 'ledger_entries',
    optional: false,
    columns: [
      text('id'),
      maybe(text('transaction_id')),
      ...wallet,
      text('event'),
      maybe(amount('delta_available')),
      maybe(amount('delta_held')),
      at('created_at'),
    ],
    indexes: [['transaction_id'], ['tenant_id', 'account_id', 'currency'], ['created_at']],
  },
  {
    name: 'wallets',
    optional: false,
    columns: [...wallet, amount('available'), amount('held'), at('updated_at')],
    indexes: [['tenant_id', 'account_id', 'currency'], ['updated_at']],
  },
  {
    name: 'wallet_baselines',
    optional: true,
    columns: [...wallet, amount('available'), amount('held'), at('as_of')],
    indexes: [['tenant_id', 'account_id', 'currency']],
    without: 'R01 is not run, unless policy says reconciliation.ledger_complete',
  },
  {
    name: 'accounts',
    optional: true,
    columns: [text('tenant_id'), text('account_id'), text('status')],
    indexes: [['tenant_id', 'account_id']],
    without: 'no payout counts as retry-safe (R22 and R23 never suggest a retry)',
  },
  {
    name: 'providers',
    optional: true,
    columns: [text('provider'), text('status', ['active', 'stopped']), integer('lag_days')],
    indexes: [],
    without: 'no payout counts as retry-safe (R22 and R23 never suggest a retry)',
  },
  {
    name: 'fx_rates',
    optional: true,
    columns: [{ name: 'day', family: 'day', nullable: false }, text('currency'), amount('rate')],
    indexes: [],
    without:
      'amounts in other currencies have no value in the reporting one: their findings are MED at least, and R30 counts without them',
  },
  {
    name: 'webhook_events',
    optional: true,
    columns: [
      text('id'),
      text('provider'),
      text('provider_event_id'),
      text('kind'),
      maybe(text('transaction_id')),
      text('outcome', ['accepted', 'duplicate', 'bad_signature', 'failed']),
      at('received_at'),
      integer('duration_ms'),
    ],
    indexes: [['received_at']],
    without: 'R24 is not run',
  },
  {
    name: 'sli_minutes',
    optional: true,
    columns: [text('sli'), at('minute'), integer('good'), integer('valid')],
    indexes: [['sli', 'minute']],
    without: 'service levels need Prometheus instead',
  },
];
