import { assert } from '../errors.ts';
import type { Policy } from '../policy.ts';
import type { Route } from './types.ts';

/** A route of the policy with its times, as an escalation keeps it. */
export function freezeRoute({ escalations }: Pick<Policy, 'escalations'>, name: string): Route {
  const route = Object.hasOwn(escalations.routes, name) ? escalations.routes[name] : undefined;
  assert(route !== undefined, `the policy has no route ${name}`);
  return {
    name,
    levels: route.levels.map(({ roles, groups, users, wait_minutes: waitMinutes }) => ({
      roles,
      groups,
      users,
      waitMinutes: waitMinutes ?? null,
    })),
    waitMinutes: escalations.wait_minutes,
    lapseMinutes: escalations.acknowledgement_lapses_minutes,
    workingHoursOnly: escalations.working_hours_only,
    laterRoundMinutes: escalations.later_round_minutes,
  };
}

/** The name of the route that findings of a rule take. */
export function routeOfRule({ escalations }: Pick<Policy, 'escalations'>, rule: string): string {
  const { route_of_rule: ofRule } = escalations;
  return (Object.hasOwn(ofRule, rule) ? ofRule[rule] : undefined) ?? 'findings';
}
