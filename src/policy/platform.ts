import { z } from 'zod';
import { REFUSAL_MEANINGS } from '../platform/types.ts';

/** Words in braces that paths, headers and bodies may hold; in a path each is percent-encoded. */
export const PLACEHOLDERS = [
  'token',
  'tenant',
  'subject',
  'amount',
  'currency',
  'operation',
  'key',
  'actor',
  'reason',
  'attempt',
  'provider',
  'reference',
  'override',
] as const;

const template = z.string().superRefine((text, context) => {
  for (const [, word = ''] of text.matchAll(/\{(\w*)\}/g)) {
    if ((PLACEHOLDERS as readonly string[]).includes(word)) continue;
    const message = `{${word}} is none of ${PLACEHOLDERS.map((known) => `{${known}}`).join(' ')}`;
    context.addIssue({ code: 'custom', message });
  }
});
const path = template.refine((text) => text.startsWith('/'), { error: 'must start with /' });
const pointer = z.string().regex(/^[\w-]+(\.[\w-]+)*$/, {
  error: 'must be names and list places joined by dots, such as errors.0.code',
});
const words = z.array(z.string()).default([]);
const seconds = (most: number) => z.number().positive().max(most);

const request = {
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH']),
  path: path.describe("Under PLATFORM_URL; the subject is the payment's id."),
  headers: z.record(z.string(), template).default({}),
  body: z.record(z.string(), template).optional().describe('Sent as JSON.'),
};

const refusal = z.strictObject({
  status: z.int().min(400).max(499),
  code: z.string().min(1).describe('As the platform spells it, found by code_at.'),
  means: z.enum(REFUSAL_MEANINGS).describe('What people are told.'),
});

const success = z.strictObject({
  status: z.array(z.int().min(200).max(299)).min(1).default([200, 201, 202]),
  fields: z
    .record(pointer, template)
    .default({})
    .describe('What the answer must say, so that another answer with a 2xx is no success.'),
  attempt_id: pointer.optional().describe('Where the id of the new attempt stands.'),
});

const idempotent = z.strictObject({
  header: z.string().min(1).describe('The header that carries our key.'),
  keeps_hours: z
    .number()
    .positive()
    .max(24 * 365)
    .describe('For how long the platform answers the same key with the same answer.'),
});

const change = z.strictObject({
  effect: z.enum(['state', 'money']),
  ...request,
  idempotent: idempotent.optional().describe('Without it a money action gets no button.'),
  success: success.prefault({}),
  refusals: z.array(refusal).default([]).describe('Every other answer is unknown, and looked up.'),
  states: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('States in which the platform takes it by hand; none named: all that are not final.'),
});

const ask = z.strictObject({
  effect: z.literal('read'),
  ...request,
  success: success.prefault({}),
  answer: z.strictObject({
    at: pointer.describe('Where the answer stands.'),
    succeeded: words,
    failed: words.describe('Final failures only: what can still succeed is pending.'),
    pending: words,
    not_found: words,
    silent: words,
  }),
});

const lookup = z.strictObject({
  effect: z.literal('read'),
  ...request,
  success: success.prefault({}),
  outcome: z.strictObject({
    at: pointer.describe('Where the outcome of the operation stands.'),
    succeeded: words,
    refused: words,
    pending: words,
    code: pointer.optional().describe('Where the refusal code stands.'),
  }),
  not_found: z
    .array(z.strictObject({ status: z.int().min(400).max(499), code: z.string().min(1) }))
    .min(1)
    .describe('How the platform says that it does not know the key; a bare 404 may come from anywhere.'),
});

const login = z.strictObject({
  ...request,
  token_at: pointer.describe(
    'Where the session token stands in the answer; it is used as {token} from then on.',
  ),
});

/** `policy.platform`: what the payment platform offers, action by action; what is not named is not offered. */
export const platform = z.strictObject({
  headers: z
    .record(z.string(), template)
    .default({})
    .describe('On every call; {token} is PLATFORM_TOKEN, or what login gave for it.'),
  login: login.optional().describe('Where PLATFORM_TOKEN is a password that a session is opened with.'),
  code_at: z
    .array(pointer)
    .default(['code', 'error.code', 'errors.0.code', 'type'])
    .describe('Where error codes stand; the first that is there counts.'),
  time_limit_seconds: seconds(30).default(5).describe('Longest wait for one answer.'),
  most_at_once: z.int().min(1).max(64).default(6).describe('Calls under way at a time, of one process.'),
  breaker: z
    .strictObject({
      failures: z.int().min(2).max(100).default(5).describe('Calls in a row without an answer that open it.'),
      pause_seconds: seconds(3_600).default(30).describe('How long nothing is called then.'),
    })
    .prefault({}),
  asks_per_check: z
    .int()
    .min(1)
    .max(5_000)
    .default(300)
    .describe('Attempts that one stuck check asks providers about, the longest unasked first.'),
  actions: z
    .strictObject({
      retry: change.optional(),
      mark_paid: change.optional(),
      reject: change.optional(),
      recheck: ask.optional(),
      lookup: lookup.optional(),
    })
    .default({}),
});

export type PlatformPolicy = z.infer<typeof platform>;
