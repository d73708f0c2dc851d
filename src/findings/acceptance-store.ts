import type { Queryable, Tx } from '../database/pool.ts';
import type { FindingId } from '../ids.ts';
import type { ActedFinding } from './act-types.ts';
import type { RiskClass } from './types.ts';

declare const brand: unique symbol;
export type AcceptanceId = string & { readonly [brand]: 'AcceptanceId' };

export type AcceptanceState = 'proposed' | 'approved' | 'rejected' | 'withdrawn' | 'overtaken';

/** What one proposes and another decides: exactly this rule, class and amount. */
export interface Acceptance {
  id: AcceptanceId;
  findingId: FindingId;
  askedHash: string;
  rule: string;
  class: RiskClass;
  currency: string | null;
  amountMinor: bigint | null;
  amountReportingMinor: bigint | null;
  until: Date;
  reason: string;
  note: string;
  proposedBy: string;
  proposedKey: string;
  proposedAt: Date;
  state: AcceptanceState;
  decidedBy: string | null;
  decidedAt: Date | null;
}

interface Row {
  id: AcceptanceId;
  finding_id: FindingId;
  asked_hash: string;
  rule: string;
  class: RiskClass;
  currency: string | null;
  amount_minor: string | null;
  amount_reporting_minor: string | null;
  until: Date;
  reason: string;
  note: string;
  proposed_by: string;
  proposed_key: string;
  proposed_at: Date;
  state: AcceptanceState;
  decided_by: string | null;
  decided_at: Date | null;
}

const COLUMNS = `id, finding_id, asked_hash, rule, class, currency, amount_minor, amount_reporting_minor, until, reason,
  note, proposed_by, proposed_key, proposed_at, state, decided_by, decided_at`;

export async function insertAcceptance(
  tx: Tx,
  proposal: {
    id: AcceptanceId;
    finding: ActedFinding;
    askedHash: string;
    until: Date;
    reason: string;
    note: string;
    by: string;
    key: string;
    at: Date;
  },
): Promise<void> {
  const { finding } = proposal;
  await tx.query(
    `insert into acceptances (id, finding_id, asked_hash, rule, class, currency, amount_minor, amount_reporting_minor,
            until, reason, note, proposed_by, proposed_key, proposed_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'proposed')`,
    [
      proposal.id,
      finding.id,
      proposal.askedHash,
      finding.rule,
      finding.class,
      finding.currency,
      finding.amountMinor?.toString() ?? null,
      finding.amountReportingMinor?.toString() ?? null,
      proposal.until,
      proposal.reason,
      proposal.note,
      proposal.by,
      proposal.key,
      proposal.at,
    ],
  );
}

export async function readAcceptance(db: Queryable, id: string): Promise<Acceptance | null> {
  return await readOne(db, 'id = $1', id);
}

/** The proposal of a finding that waits for its decision. */
export async function readOpenAcceptance(db: Queryable, findingId: string): Promise<Acceptance | null> {
  return await readOne(db, `finding_id = $1 and state = 'proposed'`, findingId);
}

/** Proposals that wait, of findings that are not what was proposed any more. */
export async function listOvertaken(tx: Tx): Promise<Acceptance[]> {
  const { rows } = await tx.query<Row>(
    `select ${COLUMNS} from acceptances a
      where state = 'proposed' and not exists (
        select from findings f where f.id = a.finding_id and f.state = 'open' and f.rule = a.rule and f.class = a.class
           and f.amount_minor is not distinct from a.amount_minor and f.currency is not distinct from a.currency)
      order by id`,
  );
  return rows.map(asAcceptance);
}

/** Decides a proposal that waits; false when it was decided already. */
export async function settleAcceptance(
  tx: Tx,
  id: AcceptanceId,
  decision: { state: Exclude<AcceptanceState, 'proposed'>; by: string; at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update acceptances set state = $2, decided_by = $3, decided_at = $4 where id = $1 and state = 'proposed'`,
    [id, decision.state, decision.by, decision.at],
  );
  return rowCount === 1;
}

async function readOne(db: Queryable, where: string, value: string): Promise<Acceptance | null> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from acceptances where ${where}`, [value]);
  return rows[0] === undefined ? null : asAcceptance(rows[0]);
}

function asAcceptance(row: Row): Acceptance {
  const minor = (value: string | null) => (value === null ? null : BigInt(value));
  return {
    id: row.id,
    findingId: row.finding_id,
    askedHash: row.asked_hash,
    rule: row.rule,
    class: row.class,
    currency: row.currency,
    amountMinor: minor(row.amount_minor),
    amountReportingMinor: minor(row.amount_reporting_minor),
    until: row.until,
    reason: row.reason,
    note: row.note,
    proposedBy: row.proposed_by,
    proposedKey: row.proposed_key,
    proposedAt: row.proposed_at,
    state: row.state,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
  };
}
