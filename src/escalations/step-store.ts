import type { Queryable } from '../database/pool.ts';
import type { PassedOver, StepWhy, Told } from './types.ts';

/** One level of one round: told, or passed over. */
export interface Step {
  round: number;
  level: number;
  why: StepWhy;
  dueAt: Date;
  at: Date;
  passedOver: PassedOver | null;
  /** How many were told before it; null when it was passed over. */
  stepNo: number | null;
  told: Told | null;
  /** The message that tells it together with others; null when it has one of its own. */
  rollKey: string | null;
}

/** Each (round, level) once: the table refuses a second one. */
export async function insertSteps(
  db: Queryable,
  escalationId: string,
  steps: readonly Step[],
): Promise<void> {
  await db.query(
    `insert into escalation_steps (escalation_id, round, level, why, due_at, at, passed_over, step_no, told, roll_key)
     select $1, r.round, r.level, r.why, r."dueAt", r.at, r."passedOver", r."stepNo", r.told, r."rollKey"
       from jsonb_to_recordset($2::jsonb) as r(round integer, level integer, why text, "dueAt" timestamptz,
            at timestamptz, "passedOver" text, "stepNo" integer, told jsonb, "rollKey" text)`,
    [escalationId, JSON.stringify(steps)],
  );
}

/** Every step so far, in order. */
export async function listSteps(db: Queryable, escalationId: string): Promise<Step[]> {
  const { rows } = await db.query<Step>(
    `select round, level, why, due_at as "dueAt", at, passed_over as "passedOver", step_no as "stepNo", nullif(told, 'null') as told, roll_key as "rollKey"
       from escalation_steps where escalation_id = $1 order by round, level`,
    [escalationId],
  );
  return rows;
}
