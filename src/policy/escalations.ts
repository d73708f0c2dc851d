import { z } from 'zod';
import { ROLES } from './people.ts';

/** sev1: page now; sev2: a ticket today; sev3: the next business day. */
export const SEVERITIES = ['sev1', 'sev2', 'sev3'] as const;
export type Severity = (typeof SEVERITIES)[number];

const minutes = z.int().positive();

const level = z
  .strictObject({
    roles: z.array(z.enum(ROLES)).default([]).describe('Whoever holds them.'),
    groups: z.array(z.string().min(1)).default([]).describe('Handles of Slack user groups.'),
    users: z.array(z.string().min(1)).default([]).describe('Slack user ids or names.'),
    wait_minutes: minutes.optional().describe('How long this level has, instead of what its severity says.'),
  })
  .refine(({ roles, groups, users }) => roles.length + groups.length + users.length > 0, {
    error: 'reaches nobody: name roles, groups or users',
  });

const route = z.strictObject({
  levels: z.array(level).min(1).max(10).describe('Who is told, one level after the other.'),
});

const bySeverity = (sev1: number, sev2: number, sev3: number) =>
  z
    .strictObject({
      sev1: minutes.default(sev1),
      sev2: minutes.default(sev2),
      sev3: minutes.default(sev3),
    })
    .prefault({});

type Level = z.input<typeof level>;
const to = (...roles: NonNullable<Level['roles']>): { levels: Level[] } => ({
  levels: roles.map((role) => ({ roles: [role] })),
});

/** `policy.escalations`: a route is frozen when an escalation starts, so a change touches new ones only. */
export const escalations = z
  .strictObject({
    routes: z
      .record(z.string().min(1), route)
      .default({
        findings: z.parse(route, to('ops', 'managers', 'leads')),
        platform: z.parse(route, to('sre', 'leads')),
        audit: z.parse(route, to('security', 'leads')),
        incidents: z.parse(route, to('sre', 'leads')),
        exemptions: z.parse(route, to('security', 'leads')),
      })
      .describe(
        'By name; findings, platform, audit and incidents must be there. Without exemptions, these take the route audit.',
      ),
    route_of_rule: z
      .record(z.string().regex(/^R\d\d$/), z.string())
      .default({ R26: 'platform', R27: 'audit' })
      .describe('Rules whose findings take another route than findings.'),
    wait_minutes: bySeverity(15, 60, 60).describe('How long a level has before the next one is told.'),
    working_hours_only: z
      .array(z.enum(SEVERITIES))
      .default(['sev3'])
      .describe('Severities whose minutes count in working hours only.'),
    acknowledgement_lapses_minutes: bySeverity(60, 240, 480).describe(
      'An acknowledgement after which nothing happens for so long lapses: the escalation starts again.',
    ),
    later_round_minutes: minutes
      .default(240)
      .describe('From the second round on, one level every so many minutes.'),
    most_at_once: minutes
      .default(100)
      .describe('Causes that one run escalates one by one; the others become one escalation together.'),
  })
  .check((context) => {
    const { routes, route_of_rule: ofRule } = context.value;
    const missing = (name: string, path: string[]) => {
      if (Object.hasOwn(routes, name)) return;
      context.issues.push({
        code: 'custom',
        input: context.value,
        path,
        message: `there is no route ${name}`,
      });
    };
    for (const name of ['findings', 'platform', 'audit', 'incidents']) missing(name, ['routes', name]);
    for (const [rule, name] of Object.entries(ofRule)) missing(name, ['route_of_rule', rule]);
  })
  .prefault({});
