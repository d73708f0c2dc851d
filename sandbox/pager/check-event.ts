import { z } from 'zod';

const text = (most: number) => z.string().min(1).max(most);

/** https://developer.pagerduty.com/docs/send-alert-event, closed: what PagerDuty would pass over is a mistake here. */
const eventSchema = z
  .strictObject({
    routing_key: z.string().length(32),
    event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
    dedup_key: text(255),
    client: text(255).optional(),
    client_url: z.url().optional(),
    payload: z
      .strictObject({
        summary: text(1_024),
        source: text(255),
        severity: z.enum(['critical', 'error', 'warning', 'info']),
        timestamp: z.iso.datetime({ offset: true }).optional(),
        component: text(255).optional(),
        group: text(255).optional(),
        class: text(255).optional(),
        custom_details: z.record(z.string(), z.unknown()).optional(),
      })
      .optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
  })
  .refine((event) => event.event_action !== 'trigger' || event.payload !== undefined, {
    error: "'payload' is missing or blank",
    path: ['payload'],
  });

export type PagedEvent = z.infer<typeof eventSchema>;

/** The event of a request's body, or every reason why it is none. */
export function checkEvent(body: Buffer): PagedEvent | { errors: string[] } {
  let raw: unknown;
  try {
    raw = JSON.parse(body.toString('utf8'));
  } catch {
    return { errors: ['the body is not JSON'] };
  }
  const parsed = eventSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  return {
    errors: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`),
  };
}
