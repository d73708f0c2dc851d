import type { Queryable } from '../database/pool.ts';
import { readOwnOperations } from '../operations/own-operations.ts';
import type { Known } from '../operations/retry-facts.ts';
import { readAnswers } from '../platform/read-answers.ts';

/** What our own database knows of payouts beside the money. */
export async function readKnown(db: Queryable, now: Date): Promise<Known> {
  return { answers: await readAnswers(db, now), operations: await readOwnOperations(db, 'all') };
}
