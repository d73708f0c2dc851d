import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCEPTED, ATTEMPT, EXAMPLE, ORDER, openGateway, openScripted, type Scripted } from './scripted.ts';

let server: Scripted;
beforeAll(async () => {
  server = await openScripted();
});
afterAll(async () => await server.close());

const listed = EXAMPLE.actions.retry!.refusals;
const codes = fc.oneof(
  fc.constantFrom(...listed.map(({ code }) => code), 'operation_not_found'),
  fc.string(),
);
const words = fc.oneof(fc.constantFrom('accepted', 'refused', 'pending', 'failed', 'succeeded'), fc.string());
const bodies: fc.Arbitrary<unknown> = fc.oneof(
  fc.json().map((text) => JSON.parse(text) as unknown),
  fc.record(
    {
      payout: fc.oneof(fc.constant(ORDER.transactionId), fc.string()),
      idempotency_key: fc.oneof(fc.constant(ORDER.idempotencyKey), fc.string()),
      attempt: fc.oneof(fc.constantFrom('pa_1', 'pa_2'), fc.jsonValue()),
      reference: fc.oneof(fc.constant(ATTEMPT.reference), fc.string()),
      status: words,
      provider_status: words,
      code: codes,
      error: fc.record({ code: codes }, { requiredKeys: [] }),
      errors: fc.array(fc.record({ code: codes }), { maxLength: 2 }),
      type: codes,
      fault: codes,
    },
    { requiredKeys: [] },
  ),
);
const statuses = fc.oneof(
  fc.constantFrom(200, 202, 401, 403, 404, 409, 422, 429, 500),
  fc.integer({ min: 200, max: 599 }),
);
const answers = fc.record({
  status: statuses,
  text: fc.oneof(
    bodies.map((body) => JSON.stringify(body)),
    fc.string(),
  ),
  breaksOff: fc.boolean(),
});

/** The same, read the other way round: every place where the text itself must hold the proof. */
function proves(as: string, status: number, text: string): boolean {
  const said = JSON.parse(text) as Record<string, never>;
  if (as === 'succeeded')
    return status === 202 && said['payout'] === ORDER.transactionId && said['status'] === 'accepted';
  return listed.some((each) => each.status === status && text.includes(JSON.stringify(each.code)));
}

test('nothing makes it throw, or say more than is proven', { timeout: 60_000 }, async () => {
  const { platform } = openGateway(server.url, {
    breaker: { failures: 100, pause_seconds: 0.001 },
    time_limit_seconds: 0.3,
  });
  await fc.assert(
    fc.asyncProperty(answers, async ({ status, text, breaksOff }) => {
      server.script = (response, _seen, socket) => {
        response.writeHead(status, { 'content-length': Buffer.byteLength(text) + (breaksOff ? 1 : 0) });
        if (breaksOff) response.write(text, () => socket.destroy());
        else response.end(text);
      };
      const sent = await platform.send(ORDER);
      const found = await platform.lookUp(ORDER);
      const { answer } = await platform.ask(ATTEMPT);
      if (breaksOff && status !== 204 && status !== 304) {
        expect([sent.as, found.as, answer]).toEqual(['unknown', 'unreadable', 'error']);
        return;
      }
      if (sent.as === 'succeeded' || sent.as === 'refused') expect(proves(sent.as, status, text)).toBe(true);
      if (sent.as === 'not_done') expect([401, 403, 429]).toContain(status);
      if (found.as === 'succeeded' || found.as === 'refused' || found.as === 'pending')
        expect(JSON.parse(text)).toMatchObject({ idempotency_key: ORDER.idempotencyKey });
      if (found.as === 'not_found') expect(status).toBe(404);
      if (answer !== 'error')
        expect(JSON.parse(text)).toMatchObject({ attempt: 'pa_1', reference: ATTEMPT.reference });
    }),
    {
      numRuns: 300,
      examples: [[{ status: 202, text: JSON.stringify(ACCEPTED), breaksOff: false }]],
    },
  );
});
