import { withSnapshot } from '../finance/connect.ts';
import type { Pool } from '../database/pool.ts';
import { findingKey } from '../findings/key.ts';
import type { Observation } from '../findings/types.ts';
import { NOTHING_KNOWN } from '../operations/retry-facts.ts';
import { NOTHING_OPEN } from './open-subjects.ts';
import type { AccountKey } from './context.ts';
import { observeR01, readDrifts } from './rules/r01-drift.ts';
import { makeContext } from './scan-context.ts';
import type { Policy } from '../policy.ts';

export interface SecondLook {
  confirmed: Observation[];
  /** Healed since: an entry had been committed a moment before its wallet. */
  clean: number;
  unknown: number;
  skipped: number;
  untold: string[];
}

const PAGE = 5_000;

/** R01 reads again only the wallets that differed, in a snapshot of its own. */
export async function lookAgain(
  finance: Pool,
  policy: Policy,
  now: Date,
  accounts: readonly AccountKey[],
): Promise<SecondLook> {
  const look: SecondLook = { confirmed: [], clean: 0, unknown: 0, skipped: 0, untold: [] };
  if (accounts.length === 0) return look;
  return await withSnapshot(finance, async (client) => {
    const context = await makeContext(client, {
      policy,
      observedAt: now,
      window: { from: null, to: null },
      open: NOTHING_OPEN,
      known: NOTHING_KNOWN,
    });
    for (let start = 0; start < accounts.length; start += PAGE) {
      const page = await readDrifts(context, accounts.slice(start, start + PAGE));
      look.clean += page.clean;
      for (const row of page.notClean) {
        const observation = observeR01(row, context);
        if (row.verdict === 'drifted') look.confirmed.push(observation);
        else look.untold.push(findingKey(observation));
        if (row.verdict === 'unknown' || row.verdict === 'skipped') look[row.verdict] += 1;
      }
    }
    return look;
  });
}
