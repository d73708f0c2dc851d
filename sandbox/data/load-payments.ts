import type { Queryable } from '../../src/database/pool.ts';
import { assert } from '../../src/errors.ts';
import { parseMoney } from '../../src/money.ts';
import type {
  Attempt,
  AttemptStatus,
  Payment,
  PaymentKind,
  PaymentState,
} from '../platform/state-machine.ts';

interface PaymentRow {
  id: string;
  tenant_id: string;
  account_id: string;
  payee_ref: string | null;
  kind: PaymentKind;
  state: PaymentState;
  amount: string;
  currency: string;
  provider: string | null;
  provider_ref: string | null;
  created_at: Date;
  state_since: Date;
  final_at: Date | null;
  updated_at: Date;
  attempts: AttemptJson[] | null;
}

interface AttemptJson {
  id: string;
  provider: string;
  provider_ref: string;
  status: AttemptStatus;
  error_code: string | null;
  created_at: string;
  updated_at: string;
}

const ATTEMPTS = `(select json_agg(a order by a.created_at, a.id) from finance.payout_attempts a
                    where a.transaction_id = t.id) as attempts`;

/** As the index of open payments spells it: a day is lived in hundreds of steps, and each begins here. */
const OPEN = `'created', 'pending_provider', 'requested', 'approved', 'payout_pending', 'payout_submitted', 'processing',
  'payout_failed'`;

/**
 * Payments of life's own that something may still happen to: open ones, and deposits young enough to be reversed
 * (created after `since`).
 */
export async function loadUnfinished(db: Queryable, until: Date, since: Date): Promise<Payment[]> {
  const { rows } = await db.query<PaymentRow>(
    `select t.*, ${ATTEMPTS}
       from finance.transactions t
      where t.id in (select id from finance.transactions where state in (${OPEN})
                      union all
                     select id from finance.transactions
                      where created_at > $2 and kind = 'deposit' and state = 'completed')
        and t.created_at <= $1
        and not exists (select from sandbox.hand_made h where h.transaction_id = t.id)`,
    [until, since],
  );
  return rows.map(paymentOf);
}

/** One payment with its attempts, locked until the transaction ends; undefined when there is none. */
export async function lockPayment(db: Queryable, id: string): Promise<Payment | undefined> {
  const { rows } = await db.query<PaymentRow>(
    `select t.*, ${ATTEMPTS} from finance.transactions t where t.id = $1 for update of t`,
    [id],
  );
  return rows[0] === undefined ? undefined : paymentOf(rows[0]);
}

function paymentOf(row: PaymentRow): Payment {
  const money = parseMoney(row.amount, row.currency);
  assert(money !== undefined, `${row.id} has an amount that its currency can't hold`);
  return {
    id: row.id,
    tenantId: row.tenant_id,
    accountId: row.account_id,
    payeeRef: row.payee_ref,
    kind: row.kind,
    state: row.state,
    amount: money.minor,
    currency: row.currency,
    provider: row.provider,
    providerRef: row.provider_ref,
    createdAt: row.created_at.getTime(),
    stateSince: row.state_since.getTime(),
    finalAt: row.final_at?.getTime() ?? null,
    updatedAt: row.updated_at.getTime(),
    attempts: (row.attempts ?? []).map(attemptOf),
  };
}

function attemptOf(json: AttemptJson): Attempt {
  return {
    id: json.id,
    provider: json.provider,
    providerRef: json.provider_ref,
    status: json.status,
    errorCode: json.error_code,
    createdAt: Date.parse(json.created_at),
    updatedAt: Date.parse(json.updated_at),
  };
}
