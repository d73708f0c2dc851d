import type { Queryable } from '../database/pool.ts';
import type { OpenSubjects } from './context.ts';

export const NOTHING_OPEN: OpenSubjects = {
  transactions: [],
  accounts: [],
  webhooks: [],
  ledgerEntries: [],
};

/**
 * Subjects of findings that a run has to look at again: those not resolved, and those resolved since `since` or
 * by a person and not confirmed yet, which return if they are still there.
 */
export async function readOpenSubjects(db: Queryable, since: Date | null): Promise<OpenSubjects> {
  const { rows } = await db.query<{
    rule: string;
    tenant_id: string;
    subject_kind: string;
    subject_id: string;
    account_id: string | null;
    currency: string | null;
  }>(
    `select rule, tenant_id, subject_kind, subject_id, account_id, currency
       from findings
      where state <> 'resolved' or resolved_at >= $1 or confirmed_at is null`,
    [since ?? 'infinity'],
  );
  const idsOf = (kind: string) =>
    rows.filter((row) => row.subject_kind === kind).map((row) => row.subject_id);
  const accounts = rows.flatMap(({ tenant_id: tenantId, account_id: accountId, currency, subject_kind }) =>
    accountId !== null && currency !== null && (subject_kind === 'account' || subject_kind === 'ledger_entry')
      ? [{ tenantId, accountId, currency }]
      : [],
  );
  return {
    transactions: idsOf('transaction'),
    accounts,
    webhooks: idsOf('webhook'),
    ledgerEntries: idsOf('ledger_entry'),
  };
}
