import type { Tx } from '../database/pool.ts';
import {
  decidePermit,
  decideReserved,
  type Budget,
  type BudgetLevel,
  type PermitDecision,
} from './budget-rules.ts';

/**
 * Takes one permit of a budget that all processes share, inside the transaction that makes the call due, or uses the
 * one reserved for the card earlier. Keeps on the card what is reserved for it. Holds the budget's row until the
 * transaction ends, so nothing else may follow but short statements.
 */
export async function takePermit(
  tx: Tx,
  now: Date,
  budget: Budget,
  card: { id: string; permitAt: Date | null },
): Promise<PermitDecision> {
  const permit = decideReserved(card.permitAt, now) ?? (await takeNew(tx, now, budget));
  await keepReserved(tx, card.id, permit.granted ? null : permit.at);
  return permit;
}

async function takeNew(tx: Tx, now: Date, budget: Budget): Promise<PermitDecision> {
  await openBudget(tx, now, budget);
  const { permit, level } = decidePermit(await lockLevel(tx, budget.name), budget, now);
  await saveLevel(tx, budget.name, level);
  return permit;
}

async function keepReserved(tx: Tx, cardId: string, at: Date | null): Promise<void> {
  await tx.query(`update cards set permit_at = $2 where id = $1`, [cardId, at]);
}

async function openBudget(tx: Tx, now: Date, budget: Budget): Promise<void> {
  await tx.query(
    `insert into slack_budget (name, tokens, refilled_at) values ($1, $2, $3) on conflict (name) do nothing`,
    [budget.name, budget.burst, now],
  );
}

async function lockLevel(tx: Tx, name: string): Promise<BudgetLevel | null> {
  const { rows } = await tx.query<{ tokens: number; refilled_at: Date }>(
    `select tokens, refilled_at from slack_budget where name = $1 for update`,
    [name],
  );
  const row = rows[0];
  return row === undefined ? null : { tokens: row.tokens, refilledAt: row.refilled_at };
}

async function saveLevel(tx: Tx, name: string, level: BudgetLevel): Promise<void> {
  await tx.query(`update slack_budget set tokens = $2, refilled_at = $3 where name = $1`, [
    name,
    level.tokens,
    level.refilledAt,
  ]);
}
