import { z } from 'zod';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { withTransaction, type Queryable } from '../database/pool.ts';
import type { Subject } from '../ids.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import type { EscalationDeps } from './deps.ts';
import { freezeRoute } from './route.ts';
import { whomOf } from './whom.ts';

const ROUTES: Subject = { kind: 'role', id: 'routes' };
const ACTOR = 'job:check-routes';

/** Before the day's work: a level that reaches nobody is found while nothing burns. */
export function makeCheckRoutesSchedule(policy: Policy): Schedule {
  return {
    name: 'escalations.check_routes',
    cron: '5 9 * * *',
    zone: policy.business.time_zone,
    catchUp: 'last',
    isChore: true,
    leadMs: 0,
    task: () => ({ kind: 'check-routes', payload: {} }),
  };
}

/** Tells, as an alert, which levels of the policy's routes reach nobody: an empty group, deactivated people, no such user. */
export function makeCheckRoutesTask(deps: EscalationDeps): TaskKind<Record<string, never>> {
  return {
    kind: 'check-routes',
    payload: z.strictObject({}),
    maxFaults: 10,
    async run(context) {
      await withTransaction(deps.pool, async (tx) => {
        await context.guard(tx);
        const now = context.clock.now();
        const { empty, isUnknown } = await findEmptyLevels(tx, deps.policy);
        if (empty.length > 0) {
          const args = { count: empty.length, levels: empty.join(', ') };
          await raiseAlert(tx, now, {
            kind: 'route_reaches_nobody',
            subject: ROUTES,
            severity: 'sev2',
            args,
            actor: ACTOR,
          });
        } else if (!isUnknown) {
          await resolveAlert(tx, now, { kind: 'route_reaches_nobody', subject: ROUTES, actor: ACTOR });
        }
      });
      return { state: 'done' };
    },
  };
}

/** Levels that reach nobody, as in "findings 2"; `isUnknown`: of some it can't be told now. */
async function findEmptyLevels(
  db: Queryable,
  policy: Policy,
): Promise<{ empty: string[]; isUnknown: boolean }> {
  const empty: string[] = [];
  let isUnknown = false;
  for (const name of Object.keys(policy.escalations.routes).toSorted()) {
    for (const [index, level] of freezeRoute(policy, name).levels.entries()) {
      const whom = await whomOf(db, policy.roles, level);
      if (whom.reachesNobody) empty.push(`${name} ${index + 1}`);
      else if (whom.users.length + whom.groups.length === 0) isUnknown = true;
    }
  }
  return { empty, isUnknown };
}
