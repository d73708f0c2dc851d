import type { Tx } from '../database/pool.ts';
import type { DueStep } from './rules.ts';
import { lockCrowd } from './store.ts';
import type { Escalation } from './types.ts';

/** From so many on, escalations that climb to one level together are told in one message. */
const CROWD = 4;
/** Told so much before its time at most: a level is told within 30 s of it. */
const AHEAD_MS = 25_000;

/**
 * The others that climb the same level now or within seconds, locked; none when they are few, and then each is told in
 * its own thread. A bad morning has forty causes: forty messages a level, for hours, are read by nobody. Others that
 * somebody works on in this moment are left to themselves.
 */
export async function crowdOf(
  tx: Tx,
  escalation: Escalation,
  { why, passedOver }: DueStep,
  now: Date,
): Promise<Escalation[]> {
  const { id, state, stepsTold, level, route } = escalation;
  if (state !== 'open' || stepsTold === 0 || why === 'lapsed' || passedOver.length > 0) return [];
  const others = await lockCrowd(tx, {
    except: id,
    level,
    route: route.name,
    upTo: new Date(now.getTime() + AHEAD_MS),
  });
  const alike = others.filter((other) => JSON.stringify(other.route.levels) === JSON.stringify(route.levels));
  return alike.length + 1 < CROWD ? [] : alike;
}
