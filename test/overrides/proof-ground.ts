import { appendAudit } from '../../src/audit/append.ts';
import { withTransaction, type Pool } from '../../src/database/pool.ts';
import { newId, type OverrideId, type TenantId, type UserId } from '../../src/ids.ts';
import { insertOverride, insertVersion, insertVote, writeChange } from '../../src/overrides/store.ts';
import { hashTerms, payoutTerms } from '../../src/overrides/terms.ts';
import type { Override, OverrideVersion, PayoutFacts, Vote } from '../../src/overrides/types.ts';

export const NOW = new Date('2026-01-15T09:00:00.000Z');
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

const FACTS: PayoutFacts = {
  kind: 'payout',
  tenantId: 'acme',
  transactionId: 'tx_stuck',
  accountId: 'acc_1',
  payeeRef: 'payee_1',
  provider: 'bankwire',
  state: 'payout_failed',
  requestedAt: '2026-01-14T09:00:00.000Z',
  stateSince: '2026-01-14T10:00:00.000Z',
  isFinal: false,
  amountMinor: '150050',
  currency: 'EUR',
  amountReportingMinor: '150050',
  attempts: [
    {
      attemptId: 'at_1',
      provider: 'bankwire',
      reference: 'ref|1',
      status: 'failed',
      errorCode: 'x',
      createdAt: '2026-01-14T09:30:00.000Z',
      answer: 'failed',
      askedAt: '2026-01-15T08:59:00.000Z',
    },
  ],
  burns: 0,
  ledger: { availableMinor: '0', heldMinor: '150050' },
  wallet: { availableMinor: '0', heldMinor: '150050' },
  retryReasons: [],
  class: null,
  operation: null,
  readAt: NOW.toISOString(),
};

const CHOICE = { target: 'mark_paid', basis: 'bank_proof' };
/** Words that must not become markup. */
const REASON = 'Dekont geldi | **kalın** <b>`x`</b>\n# başlık [bağ](http://x)';

/** One override that was asked for, approved by two, carried out and read back; with rows of others in the log between. */
export async function storeOverride(pool: Pool): Promise<OverrideId> {
  const id = newId<OverrideId>();
  const terms = payoutTerms(FACTS, CHOICE);
  const override: Override = {
    id,
    kind: 'payout',
    tenantId: 'acme',
    subject: { kind: 'transaction', id: 'tx_stuck' },
    state: 'open',
    version: 1,
    ...CHOICE,
    accountId: 'acc_1',
    payeeRef: 'payee_1',
    currency: 'EUR',
    amountMinor: 150_050n,
    amountReportingMinor: 150_050n,
    requestedBy: 'person:UOPS1',
    requesterKey: 'ops1',
    requestedAt: NOW,
    reasonCode: 'bank_confirmed',
    reason: REASON,
    ticket: 'OPS-7',
    evidence: 'https://bank.example/1',
    afterRejection: false,
    payoutId: null,
    findingId: null,
    endsOperationId: null,
    operationId: null,
    approvedAt: null,
    overAt: null,
    overBy: null,
    overReason: '',
    failure: null,
    stateBefore: null,
    stateAfter: null,
    readBackAt: null,
  };
  const version: OverrideVersion = {
    version: 1,
    openedAt: NOW,
    expiresAt: at(240),
    remindHalfAt: at(120),
    remindLastAt: at(225),
    requestHash: hashTerms(terms),
    terms,
    facts: FACTS,
    quorum: {
      needed: 2,
      leads: 0,
      rules: ['from_two', 'mark_paid'],
      sumReportingMinor: '150050',
      others: 0,
    },
    policyHash: 'ab'.repeat(32),
    holders: { managers: ['UM1' as UserId, 'UM2' as UserId], leads: [] },
    voidedAt: null,
    changes: null,
  };
  await logged(pool, at(0), [['person:UOPS1', 'override.requested', REASON]], id, async (tx) => {
    await insertOverride(tx, override);
    await insertVersion(tx, id, version);
  });
  await foreign(pool, at(1));
  for (const [index, key] of ['m1', 'm2'].entries()) {
    const userId = `U${key.toUpperCase()}` as UserId;
    const vote: Vote = {
      version: 1,
      personKey: key,
      userId,
      vote: 'approve',
      role: 'managers',
      seat: key,
      noInterest: index === 1,
      reason: '',
      votedAt: at(2 + index),
      lapsedAt: null,
    };
    await logged(pool, at(2 + index), [[`person:${userId}`, 'override.approved_by']], id, (tx) =>
      insertVote(tx, id, vote),
    );
  }
  await execute(pool, override);
  return id;
}

async function execute(pool: Pool, override: Override): Promise<void> {
  const operation = newId<string>();
  const { id } = override;
  await logged(pool, at(5), [['job:override', 'override.executed']], id, async (tx) => {
    await tx.query(
      `insert into operations (id, tenant_id, subject_id, intent_no, action, idempotency_key, state, requested_by,
              requested_at, amount_minor, currency, seen, first_sent_at, settled_at, override_id, override_version)
       values ($1, 'acme', 'tx_stuck', 1, 'mark_paid', 'key-1', 'succeeded', 'person:UOPS1', $2, 150050, 'EUR', '{}', $2,
               $2, $3, 1)`,
      [operation, at(5), id],
    );
    await tx.query(
      `insert into operation_calls (operation_id, seq, at, call, outcome, method, path, body, status, answer, duration_ms)
       values ($1, 1, $2, 'send', 'done', 'POST', '/payouts/tx_stuck/mark-paid', '{"reason":"OPS-7"}', 200, '{"ok":true}', 12)`,
      [operation, at(5)],
    );
    const approved = await writeChange(tx, override, { state: 'approved', approvedAt: at(4) });
    await writeChange(tx, approved, {
      state: 'executed',
      operationId: operation,
      stateBefore: FACTS,
      over: { at: at(5), by: 'job:override' },
    });
    await tx.query(`update overrides set state_after = $2, read_back_at = $3 where id = $1`, [
      id,
      JSON.stringify({ ...FACTS, state: 'paid' }),
      at(6),
    ]);
    await appendAudit(tx, at(5), [
      {
        actor: 'job:operation',
        action: 'operation.succeeded',
        tenantId: 'acme' as TenantId,
        subject: { kind: 'transaction', id: 'tx_stuck' },
        data: { operation },
      },
    ]);
  });
}

type Row = [actor: string, action: string, personal?: string];

async function logged(
  pool: Pool,
  now: Date,
  rows: readonly Row[],
  id: OverrideId,
  work: (tx: Parameters<Parameters<typeof withTransaction>[1]>[0]) => Promise<unknown>,
): Promise<void> {
  await withTransaction(pool, async (tx) => {
    await work(tx);
    await appendAudit(
      tx,
      now,
      rows.map(([actor, action, personal]) => ({
        actor,
        action,
        tenantId: 'acme' as TenantId,
        subject: { kind: 'override', id },
        data: { version: 1, hash: hashTerms(payoutTerms(FACTS, CHOICE)) },
        ...(personal === undefined ? {} : { personal }),
      })),
    );
  });
}

/** What others did meanwhile, with a text of theirs. */
export async function foreign(pool: Pool, now: Date): Promise<void> {
  await withTransaction(pool, (tx) =>
    appendAudit(tx, now, [
      {
        actor: 'person:UELSE',
        action: 'finding.resolved',
        tenantId: 'acme' as TenantId,
        subject: { kind: 'finding', id: 'f1' },
        data: {},
        personal: 'Nobody else is to read this',
      },
    ]),
  );
}
