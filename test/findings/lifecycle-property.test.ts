import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideSightings, type KnownFinding } from '../../src/findings/rules.ts';
import { findingKey } from '../../src/findings/key.ts';
import { RISK_CLASSES, type FindingState } from '../../src/findings/types.ts';
import { observation } from './observation.ts';

const at = fc.integer({ min: 0, max: 20 }).map((hours) => new Date(Date.UTC(2026, 0, 15, hours)));
const amount = fc.option(fc.bigInt({ min: 0n, max: 3n }));
const risk = fc.constantFrom(...RISK_CLASSES);
const id = fc.constantFrom('t1', 't2', 't3');
const seen = fc
  .record({ id, risk, minor: amount, rule: fc.constantFrom('R19', 'R20', 'R23') })
  .map((one) => observation({ ...one, family: 'payout' }));
const known = fc
  .record({
    id,
    class: risk,
    amountMinor: amount,
    rule: fc.constantFrom('R19', 'R20', 'R23'),
    state: fc.constantFrom<FindingState>('open', 'resolved', 'accepted'),
    acceptedUntil: fc.option(at),
    lastSeenAt: at,
    resolvedAt: at,
    opening: fc.boolean(),
  })
  .map((one): KnownFinding => {
    const key = findingKey(observation({ id: one.id, family: 'payout' }));
    return { ...one, key, action: 'escalate' };
  });

test('every sighting of a look is decided once and rightly', () => {
  fc.assert(
    fc.property(fc.array(seen), fc.array(known), at, (observations, findings, observedAt) => {
      const byKey = new Map(findings.map((finding) => [finding.key, finding]));
      const sightings = decideSightings(observations, byKey, observedAt);
      const keys = observations.map(findingKey);
      expect(sightings.map(({ key }) => key).toSorted()).toEqual([...new Set(keys)].toSorted());
      for (const sighting of sightings) {
        const finding = byKey.get(sighting.key);
        const { observation: taken } = sighting;
        for (const other of observations.filter((one) => findingKey(one) === sighting.key))
          expect(RISK_CLASSES.indexOf(other.class)).toBeLessThanOrEqual(RISK_CLASSES.indexOf(taken.class));
        expect(sighting.change === 'opened').toBe(finding === undefined);
        if (finding === undefined) continue;
        const isOver = finding.state === 'resolved' && finding.resolvedAt! > observedAt;
        expect(sighting.change === 'overtaken').toBe(finding.lastSeenAt > observedAt || isOver);
        if (sighting.change === 'overtaken') continue;
        if (finding.state === 'open') expect(['carried', 'changed']).toContain(sighting.change);
        if (finding.state === 'resolved') expect(sighting.change).toBe('reopened');
        if (finding.state !== 'accepted') continue;
        const worse =
          RISK_CLASSES.indexOf(taken.class) > RISK_CLASSES.indexOf(finding.class) ||
          (taken.amountMinor ?? -1n) > (finding.amountMinor ?? -1n) ||
          finding.acceptedUntil === null ||
          finding.acceptedUntil <= observedAt;
        expect(sighting.change).toBe(worse ? 'reopened' : 'tolerated');
      }
    }),
    { numRuns: 500 },
  );
});
