import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceptFinding } from '../../src/findings/accept-finding.ts';
import { standingOf } from '../../src/findings/act-store.ts';
import type { ActedFinding, ActingPerson, ActOutcome, Standing } from '../../src/findings/act-types.ts';
import { assignFinding } from '../../src/findings/assign-finding.ts';
import { decideAcceptance } from '../../src/findings/decide-acceptance.ts';
import { reopenFinding } from '../../src/findings/reopen-finding.ts';
import { resolveFinding } from '../../src/findings/resolve-finding.ts';
import { RISK_CLASSES } from '../../src/findings/types.ts';
import { undoAct } from '../../src/findings/undo-act.ts';
import { makeFindingsHouse, person, sweep, type FindingsHouse } from './house.ts';
import { observation } from './observation.ts';

/** Three Slack ids of two people. */
const PEOPLE: readonly ActingPerson[] = [
  person('U00000OPS1', 'ops1'),
  person('U0OPS1TOO1', 'ops1'),
  person('U00000LED1', 'lead1'),
];

const who = fc.constantFrom(...PEOPLE);
const step = fc.oneof(
  fc.record({ do: fc.constantFrom('resolve', 'assign', 'accept', 'reopen'), who, stale: fc.boolean() }),
  fc.record({ do: fc.constantFrom('undo', 'approve', 'reject'), who }),
  fc.record({ do: fc.constant('run'), seen: fc.option(fc.constantFrom(...RISK_CLASSES)) }),
  fc.record({ do: fc.constant('wait'), seconds: fc.constantFrom(1, 59, 61) }),
);
type Step =
  | { do: 'resolve' | 'assign' | 'accept' | 'reopen'; who: ActingPerson; stale: boolean }
  | { do: 'undo' | 'approve' | 'reject'; who: ActingPerson }
  | { do: 'run'; seen: (typeof RISK_CLASSES)[number] | null }
  | { do: 'wait'; seconds: number };

let house: FindingsHouse;
beforeAll(async () => {
  house = await makeFindingsHouse();
});
afterAll(() => house.ours.drop());

/** What the finding was shown as first, and what stood before each act, by history row. */
interface Trace {
  first: ActedFinding;
  before: Map<number, Standing>;
}

async function take(wanted: Step, trace: Trace): Promise<ActOutcome | null> {
  const now = house.clock.now();
  if (wanted.do === 'wait') {
    house.clock.advance(wanted.seconds * 1_000);
    return null;
  }
  if (wanted.do === 'run') {
    await house.run(wanted.seen === null ? [] : [observation({ risk: wanted.seen })]);
    return null;
  }
  const finding = await house.finding();
  if (wanted.do === 'undo')
    return undoAct(house.deps, now, { findingId: finding.id, seq: finding.last.seq, person: wanted.who });
  if (wanted.do === 'approve' || wanted.do === 'reject') {
    const [open] = await house.rows<{ id: string }>(
      'select id from acceptances order by proposed_at desc limit 1',
    );
    if (open === undefined) return null;
    return decideAcceptance(house.deps, now, {
      acceptanceId: open.id,
      decision: wanted.do,
      person: wanted.who,
    });
  }
  const request = house.ask(wanted.who, 'stale' in wanted && wanted.stale ? trace.first : finding);
  switch (wanted.do) {
    case 'resolve':
      return resolveFinding(house.deps, now, request);
    case 'assign':
      return assignFinding(house.deps, now, request);
    case 'reopen':
      return reopenFinding(house.deps, now, request);
    case 'accept': {
      const day = new Date(now.getTime() + 86_400_000 * 5).toISOString().slice(0, 10);
      return acceptFinding(house.deps, now, { ...request, day });
    }
  }
}

async function check(outcome: ActOutcome | null, earlier: ActedFinding, trace: Trace): Promise<void> {
  const finding = await house.finding();
  if (outcome?.ok === false) {
    expect(standingOf(finding)).toEqual(standingOf(earlier));
    expect(finding.last.seq).toBe(earlier.last.seq);
  }
  if (outcome?.ok === true) {
    trace.before.set(outcome.seq, standingOf(earlier));
    if (outcome.change === 'undone') expect(standingOf(finding)).toEqual(trace.before.get(earlier.last.seq));
  }
  // What is closed says by whom, what is open by nobody; accepted has a date, and nothing else has.
  expect(finding.closedBy === null).toBe(finding.closedAt === null);
  if (finding.state === 'open') expect([finding.closedBy, finding.resolvedAt]).toEqual([null, null]);
  expect(finding.state === 'accepted').toBe(finding.acceptedUntil !== null);
  expect(finding.state === 'resolved').toBe(finding.resolvedAt !== null);
}

/** Every row of history has its audit row, numbers have no gap, and a HIGH was never accepted by one person. */
async function checkWhole(): Promise<void> {
  const history = await house.rows<{ seq: number; change: string }>(
    'select seq, change from finding_history order by seq',
  );
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
  const { id } = await house.finding();
  const audit = await house.rows<{ action: string }>(
    `select action from audit_log where data::jsonb->>'finding' = $1 order by seq`,
    [id],
  );
  expect(audit.map(({ action }) => action).toSorted()).toEqual(
    history.map(({ change }) => `finding.${change}`).toSorted(),
  );
  const alone = await house.rows(
    `select h.seq from finding_history h
      where h.change = 'accepted' and h.class = 'HIGH' and not exists (
        select from acceptances a where a.finding_id = h.finding_id and a.state = 'approved' and a.decided_at = h.at
           and h.actor = a.decided_by and (a.proposed_key = 'ops1') <> (a.decided_by <> 'person:U00000LED1'))`,
  );
  expect(alone).toEqual([]);
}

test('whatever people and runs do, nothing is lost', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
      await sweep(house);
      await house.run([observation({ risk: 'HIGH' })]);
      const trace: Trace = { first: await house.finding(), before: new Map() };
      for (const wanted of steps) {
        const earlier = await house.finding();
        await check(await take(wanted as Step, trace), earlier, trace);
      }
      await checkWhole();
    }),
    { numRuns: 60 },
  );
});
