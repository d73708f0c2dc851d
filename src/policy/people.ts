import { z } from 'zod';

/** What people may do; who holds a role is said by Slack user group or by user. */
export const ROLES = ['ops', 'managers', 'leads', 'sre', 'security'] as const;
export type Role = (typeof ROLES)[number];

const day = z.iso.date();

const person = z.strictObject({
  slack: z
    .array(z.string().min(1))
    .min(1)
    .describe('Their Slack user ids or names: all of them are one person.'),
  lead: z.string().optional().describe('Who leads them: another key of people.'),
  deputies: z
    .array(
      z.strictObject({
        person: z.string().describe('A key of people.'),
        from: day.describe('First business day.'),
        to: day.describe('Last business day.'),
      }),
    )
    .default([])
    .describe('Who stands in for them, and when.'),
  accounts: z
    .array(z.strictObject({ tenant: z.string().min(1), account: z.string().min(1) }))
    .default([])
    .describe('Platform accounts that are theirs: nobody approves what pays themselves.'),
});

/** `policy.people`: by a key of the team's own. Its people exist, and no Slack user is two of them. */
export const people = z
  .record(z.string().min(1), person)
  .default({})
  .check((context) => {
    const known = context.value;
    const ownerOf = new Map<string, string>();
    for (const [key, { slack, lead, deputies }] of Object.entries(known)) {
      for (const [path, other] of [
        ...(lead === undefined ? [] : [[['lead'], lead] as const]),
        ...deputies.map((deputy, index) => [['deputies', index, 'person'], deputy.person] as const),
      ]) {
        if (!Object.hasOwn(known, other)) report(context, [key, ...path], `there is no person ${other}`);
        else if (other === key) report(context, [key, ...path], 'nobody is their own lead or deputy');
      }
      deputies.forEach(({ from, to }, index) => {
        if (to < from) report(context, [key, 'deputies', index, 'to'], 'is before from');
      });
      for (const name of slack) {
        const owner = ownerOf.get(name.toLowerCase());
        if (owner !== undefined) report(context, [key, 'slack'], `${name} is ${owner} already`);
        ownerOf.set(name.toLowerCase(), key);
      }
    }
  });

function report(
  context: z.core.ParsePayload<unknown>,
  path: readonly (string | number)[],
  message: string,
): void {
  context.issues.push({ code: 'custom', input: context.value, path: [...path], message });
}
