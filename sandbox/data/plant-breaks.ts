import { withTransaction, type Pool, type Queryable } from '../../src/database/pool.ts';
import { assert } from '../../src/errors.ts';
import { paymentPlants } from './breaks/payments.ts';
import { failedPlants } from './breaks/failed-payouts.ts';
import type { Expected, Ground, Plant } from './breaks/plant.ts';
import { stuckPlants } from './breaks/stuck-payments.ts';
import { walletPlants } from './breaks/wallets.ts';
import { applyChanges } from './changes.ts';

/** A planted break as the sandbox tells it. */
export interface PlantedBreak extends Expected {
  id: string;
  /** Breaks of one plant come and go together. */
  plant: string;
}

/**
 * Plants the known breaks into a seeded finance database, each on an account of its own, and remembers what must be
 * found of them at the first digest, with ages taken at the sandbox's start. Planted once: later calls change nothing.
 */
export async function plantBreaks(pool: Pool): Promise<PlantedBreak[]> {
  await withTransaction(pool, async (db) => {
    const { rows } = await db.query<{ seed: string; started_at: Date; planted: boolean }>(
      `select seed, started_at, exists (select from sandbox.breaks) as planted from sandbox.life for update`,
    );
    const life = rows[0];
    assert(life !== undefined, 'breaks are planted into a seeded database');
    if (life.planted) return;
    for (const plant of plantsFor({ seed: life.seed, startAt: life.started_at.getTime() })) {
      await plant.scene.write(db);
      await applyChanges(db, plant.breaks, life.started_at);
      await remember(db, plant);
    }
  });
  return await readBreaks(pool);
}

/** What is still broken, in order of rule. */
export async function readBreaks(db: Queryable): Promise<PlantedBreak[]> {
  const { rows } = await db.query<PlantedBreak>(
    `select id, plant, rule, class, action, subject from sandbox.breaks where mended_at is null order by id`,
  );
  return rows;
}

function plantsFor(ground: Ground): Plant[] {
  return [...walletPlants(ground), ...stuckPlants(ground), ...failedPlants(ground), ...paymentPlants(ground)];
}

async function remember(db: Queryable, { name, expected, mend }: Plant): Promise<void> {
  for (const { rule, class: risk, action, subject } of expected) {
    await db.query(
      `insert into sandbox.breaks (id, plant, rule, class, action, subject, mend) values ($1, $2, $3, $4, $5, $6, $7)`,
      [`${rule}:${name}`, name, rule, risk, action, JSON.stringify(subject), JSON.stringify(mend)],
    );
  }
}
