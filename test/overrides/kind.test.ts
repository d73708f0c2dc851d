import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OFFERING_MS, SENDING_MS } from '../../src/operations/retry-safe.ts';
import { assert } from '../../src/errors.ts';
import { policyWith } from './cast.ts';
import { MARK_PAID, REJECT, useGround } from './ground.ts';
import { verdictOf } from '../../src/overrides/read-live.ts';
import type { PayoutFacts } from '../../src/overrides/types.ts';

const ground = useGround();

function kind() {
  const payouts = ground.deps().kinds.get('payout');
  assert(payouts !== undefined, 'payouts are a kind');
  return payouts;
}

async function load(id = 'tx', how: { ask?: boolean; limitMs?: number; except?: string } = {}) {
  const { ask = false, limitMs = 5_000, except } = how;
  const facts = await kind().load(
    { tenantId: 'anadolu', subjectId: id },
    { now: ground.clock.now(), ask, limitMs, ...(except === undefined ? {} : { exceptOperationId: except }) },
  );
  assert(facts?.kind === 'payout', 'it is there');
  return facts;
}

function holds(facts: PayoutFacts, choice = REJECT, freshMs = OFFERING_MS) {
  return verdictOf(kind().targets(facts, ground.clock.now(), freshMs), choice)?.holds;
}

describe('a payout as a kind of override', () => {
  it('is read whole, with wallet and ledger of the account beside it', async () => {
    await ground.add('tx', { account: 'acc' });
    const { pool } = ground.finance;
    await pool.query(
      `insert into finance.wallets (tenant_id, account_id, currency, available, held, updated_at)
       values ('anadolu', 'acc', 'USD', 10, 450.50, now())`,
    );
    await pool.query(
      `insert into finance.ledger_entries (id, transaction_id, tenant_id, account_id, currency, event, delta_available,
              delta_held, created_at)
       values ('e1', null, 'anadolu', 'acc', 'USD', 'x', 460.50, 0, now()),
              ('e2', 'tx', 'anadolu', 'acc', 'USD', 'y', -450.50, 450.50, now())`,
    );
    expect(await load()).toMatchObject({
      kind: 'payout',
      tenantId: 'anadolu',
      transactionId: 'tx',
      accountId: 'acc',
      payeeRef: 'payee_tx',
      amountMinor: '45050',
      amountReportingMinor: '45050',
      isFinal: false,
      wallet: { availableMinor: '1000', heldMinor: '45050' },
      ledger: { availableMinor: '1000', heldMinor: '45050' },
      attempts: [{ attemptId: 'tx-1', status: 'failed', answer: 'failed', reference: 'ref-tx-1' }],
      operation: null,
      class: null,
    });
  });

  it('says of no ledger that it knows what it does not', async () => {
    await ground.add('tx', { account: 'acc' });
    await ground.finance.pool.query(
      `insert into finance.ledger_entries (id, tenant_id, account_id, currency, event, created_at)
       values ('e3', 'anadolu', 'acc', 'USD', 'unheard', now())`,
    );
    expect(await load()).toMatchObject({ ledger: null, wallet: null });
    await ground.finance.pool.query('delete from finance.ledger_entries');
    ground.policy = policyWith((policy) => {
      policy['reconciliation'] = { ...policy['reconciliation'], ledger_complete: false };
    });
    expect((await load()).ledger).toBeNull();
  });

  it('takes the worse of a finding and an episode', async () => {
    await ground.add('tx');
    await ground.ours.pool.query(
      `insert into findings (id, key, rule, tenant_id, subject_kind, subject_id, class, action, evidence, cause_key,
              occurred_at, opening, state, first_seen_at, last_seen_at)
       select gen_random_uuid(), f.class, 'R05', 'anadolu', 'transaction', 'tx', f.class, 'escalate', '{}', 'c', $1, false,
              f.state, $1, $1 from (values ('MED', 'open'), ('HIGH', 'resolved')) as f (class, state)`,
      [ground.clock.now()],
    );
    expect((await load()).class).toBe('MED');
  });

  it('is none of another tenant, nor of a tenant nobody knows', async () => {
    await ground.add('tx');
    const how = { now: ground.clock.now(), ask: false, limitMs: 5_000 };
    expect(await kind().load({ tenantId: 'bosphorus', subjectId: 'tx' }, how)).toBeNull();
    await ground.finance.pool.query(`update finance.transactions set tenant_id = 'stranger'`);
    expect(await kind().load({ tenantId: '', subjectId: 'tx' }, how)).toBeNull();
  });

  it('asks afresh, and counts what was said just now alone', async () => {
    await ground.add('tx');
    expect(holds(await load())).toBe(true);
    ground.platform.answers.set('tx-1', 'silent');
    expect(holds(await load('tx', { ask: true }))).toBe(false);
    ground.platform.answers.set('tx-1', 'failed');
    ground.clock.advance(60_000);
    const facts = await load('tx', { ask: true });
    expect(facts.attempts[0]?.askedAt).toBe(ground.clock.now().toISOString());
    expect(holds(facts, REJECT, SENDING_MS)).toBe(true);
  });

  it('takes no answer for an attempt whose reference changed meanwhile', async () => {
    await ground.add('tx');
    ground.platform.whileAsked = () =>
      ground.finance.pool.query(`update finance.payout_attempts set provider_ref = 'new'`);
    const facts = await load('tx', { ask: true });
    expect(facts.attempts[0]).toMatchObject({ reference: 'new', answer: null });
    expect(holds(facts)).toBe(false);
  });

  it('goes on with what is known when a provider takes too long', async () => {
    await ground.add('tx');
    let answer: () => void = () => undefined;
    ground.platform.whileAsked = () => new Promise<void>((resolve) => (answer = resolve));
    const facts = await load('tx', { ask: true, limitMs: 50 });
    answer();
    expect(facts.attempts[0]).toMatchObject({ answer: 'failed' });
  });

  it('names an operation that is under way, and ends none inside its window', async () => {
    await ground.add('tx');
    const id = randomUUID();
    const sentAt = ground.clock.now();
    await ground.ours.pool.query(
      `insert into operations (id, tenant_id, subject_kind, subject_id, intent_no, action, idempotency_key, state,
              requested_by, requested_at, amount_minor, currency, reason, seen, first_sent_at, last_sent_at, unknown_since,
              attempts_before, tries)
       values ($1::uuid, 'anadolu', 'transaction', 'tx', 1, 'retry', $1::text, 'unknown', 'person:U1', $2, 45050, 'USD', '',
               '{}', $2, $2, $2, 1, 1)`,
      [id, sentAt],
    );
    expect((await load()).operation).toMatchObject({ id, endable: false });
    expect(holds(await load(), MARK_PAID)).toBe(false);
    expect((await load('tx', { except: id })).operation).toBeNull();
    ground.clock.advance(24 * 3_600_000 - 1);
    expect((await load()).operation?.endable).toBe(false);
    ground.clock.advance(1);
    const facts = await load();
    expect(facts.operation?.endable).toBe(true);
    expect(holds(facts, MARK_PAID)).toBe(true);
    // It may have made an attempt that is not there: then nothing proves that all are dead.
    expect(holds(await load('tx', { ask: true }), REJECT)).toBe(false);
    expect(kind().terms(facts, MARK_PAID).endsOperationId).toBe(id);
  });

  it('is nothing to decide on when its amount is no number', async () => {
    await ground.add('tx');
    await ground.finance.pool.query(`update finance.transactions set amount = 'NaN'`);
    await expect(load()).rejects.toMatchObject({ code: 'finance_contract' });
  });
});
