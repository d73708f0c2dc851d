import { Cron } from 'croner';
import { z } from 'zod';

/** When something is due, as croner reads it. */
const cron = z.string().refine(isCron, { error: 'is not a cron expression' });

const catchUp = z
  .enum(['each', 'last', 'none'])
  .default('last')
  .describe('What slots missed while the app was down become.');
const CRON_WORDS = 'When it is due, in the business time zone.';

/** A schedule that has to be written whole. */
export const schedule = z.strictObject({ cron: cron.describe(CRON_WORDS), catch_up: catchUp });

/** A schedule with a moment of its own, so that either half of it may be left out. */
export const scheduleAt = (expression: string) =>
  z.strictObject({ cron: cron.default(expression).describe(CRON_WORDS), catch_up: catchUp }).prefault({});

function isCron(expression: string): boolean {
  try {
    new Cron(expression, { paused: true }).stop();
    return true;
  } catch {
    return false;
  }
}
