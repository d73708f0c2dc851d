import { z } from 'zod';
import type { Pool } from '../src/database/pool.ts';
import { AppError } from '../src/errors.ts';
import { advanceClock, waitForIdle, type AdvanceOptions } from './advance.ts';
import { parseDuration } from './duration.ts';

/** A call of the sandbox: the body as it came, the answer as it goes, always JSON objects. */
export type SandboxRoute = (body: unknown) => Promise<object>;

const clockBody = z.union([
  z.strictObject({ advance: z.string() }),
  z.strictObject({ to: z.iso.datetime({ offset: true, local: false }) }),
]);

/** The calls that move time: POST /sandbox/clock and POST /sandbox/idle. One at a time, in the order they came. */
export function clockRoutes(options: AdvanceOptions): Map<string, SandboxRoute> {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async (work: () => Promise<void>): Promise<object> => {
    const mine = last.then(work, work);
    last = mine;
    await mine;
    return { now: options.clock.now().toISOString() };
  };
  return new Map<string, SandboxRoute>([
    [
      'POST /sandbox/clock',
      async (body) => {
        const parsed = clockBody.safeParse(body);
        if (!parsed.success) {
          throw new AppError(
            'config_invalid',
            'the body is {advance: "24h"} or {to: an ISO time with zone}',
            {
              retryable: false,
            },
          );
        }
        const move = parsed.data;
        const ms = 'advance' in move ? parseDuration(move.advance) : 0;
        return await inTurn(async () => {
          const now = options.clock.now();
          const target = 'advance' in move ? new Date(now.getTime() + ms) : new Date(move.to);
          if (target < now) {
            throw new AppError(
              'config_invalid',
              `the clock stands at ${now.toISOString()} and moves forward only`,
              {
                retryable: false,
              },
            );
          }
          await advanceClock(options, target);
        });
      },
    ],
    ['POST /sandbox/idle', async () => await inTurn(() => waitForIdle(options))],
  ]);
}

/** GET /sandbox/breaks: what was planted in the finance data, as planted. */
export function breaksRoute(finance: Pool): SandboxRoute {
  return async () => {
    const { rows } = await finance.query<{ rule: string; class: string; action: string; subject: unknown }>(
      'select rule, class, action, subject from sandbox.breaks order by id',
    );
    return { breaks: rows };
  };
}
