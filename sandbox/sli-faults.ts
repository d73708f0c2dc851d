import { withTransaction, type Pool } from '../src/database/pool.ts';
import type { Log } from '../src/log.ts';
import type { Clock } from '../src/ports.ts';
import type { FaultOrder } from './slack/faults.ts';

const MINUTE_MS = 60_000;
/** Real time between two looks at the clock while a fault holds the table. */
const EVERY_MS = 500;

/** What goes wrong with the service levels' target and with their source; kept, so that a restart goes on with it. */
export interface SliFaults {
  /** False when the fault is not for service levels. `times` counts minutes; without it the fault lasts until "none". */
  plant(order: FaultOrder): Promise<boolean>;
  /** Takes or lets go of the table as the faults of this moment want it. */
  settle(at: Date): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Faults of the target "sli". 500 and error: everything fails; slow: four of five requests are; 429: one of twenty
 * fails; drop: no minute is written; timeout and lost_reply: the source does not answer, since somebody holds a lock on
 * its table, and what was counted meanwhile is told afterwards.
 */
export async function openSliFaults(options: { pool: Pool; clock: Clock; log: Log }): Promise<SliFaults> {
  const { pool, clock, log } = options;
  const holder = makeHolder(pool);
  let last: Promise<unknown> = Promise.resolve();
  const settle = (at: Date): Promise<void> => {
    const mine = last.then(async () =>
      (await isAway(pool, at)) ? await holder.hold() : await holder.letGo(),
    );
    last = mine.catch(() => undefined);
    return mine;
  };
  const look = (): void => {
    settle(clock.now()).catch((error: unknown) =>
      log.warn({ err: error }, 'a fault of service levels is stuck'),
    );
  };
  const stopListening = clock.onJump(look);
  const timer = setInterval(() => void (holder.isHeld() && look()), EVERY_MS);
  await settle(clock.now());
  return {
    async plant(order) {
      if (order.target !== 'sli') return false;
      await keep(pool, order, clock.now());
      await settle(clock.now());
      return true;
    },
    settle,
    async stop() {
      clearInterval(timer);
      stopListening();
      await last;
      await holder.letGo();
    },
  };
}

/** From the minute that is not over yet: those before it are what they are. */
async function keep(pool: Pool, { kind, times, untilNone }: FaultOrder, now: Date): Promise<void> {
  const from = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  if (kind === 'none') {
    await pool.query(
      `update sandbox.sli_faults set until_at = greatest(from_at, $1) where until_at is null or until_at > $1`,
      [new Date(from)],
    );
    return;
  }
  const until = untilNone === true ? null : new Date(from + times * MINUTE_MS);
  await pool.query(`insert into sandbox.sli_faults (kind, from_at, until_at) values ($1, $2, $3)`, [
    kind,
    new Date(from),
    until,
  ]);
}

async function isAway(pool: Pool, at: Date): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from sandbox.sli_faults
      where kind in ('timeout', 'lost_reply') and from_at <= $1 and (until_at is null or until_at > $1) limit 1`,
    [at],
  );
  return rowCount === 1;
}

/** Holds the table on a connection of its own, so that whoever reads it waits into a time limit. */
function makeHolder(pool: Pool): { hold(): Promise<void>; letGo(): Promise<void>; isHeld(): boolean } {
  let letGo: (() => Promise<void>) | undefined;
  return {
    isHeld: () => letGo !== undefined,
    async hold() {
      if (letGo !== undefined) return;
      const client = await pool.connect();
      try {
        await client.query('begin');
        await client.query('set local idle_in_transaction_session_timeout = 0');
        await client.query(`set local lock_timeout = '20s'`);
        // Life looks whether the table is held under the lock on its own row: here it can't be in between.
        await withTransaction(pool, async (db) => {
          await db.query('select from sandbox.life for update');
          await client.query('lock table finance.sli_minutes in access exclusive mode');
        });
      } catch (error) {
        client.release(true);
        throw error;
      }
      letGo = async () => {
        await client.query('rollback').finally(() => client.release(true));
      };
    },
    async letGo() {
      const mine = letGo;
      letGo = undefined;
      await mine?.();
    },
  };
}
