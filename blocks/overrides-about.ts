import type { OverrideModel } from '../src/overrides/models.ts';
import { nameOfExemption } from './overrides-exemption.ts';
import { nameOfStretch } from './overrides-slo-window.ts';
import type { Medium } from './medium.ts';
import { describeMoney } from './overrides-words.ts';
import { describeReference } from './payouts-words.ts';

/** What is at stake, in a word or two: the amount, or the exemption or the stretch of time by its name. */
export function describeStake(model: OverrideModel, medium: Medium): string {
  const { facts } = model.version;
  switch (facts.kind) {
    case 'payout':
      return describeMoney(model, medium.texts);
    case 'exemption':
      return nameOfExemption(facts, medium);
    case 'slo_window':
      return nameOfStretch(facts, medium);
  }
}

/** The payment by its id; empty for what has a name: the id of a row of ours tells nobody anything. */
export function describeSubject({ override, version }: OverrideModel, medium: Medium): string {
  return version.facts.kind === 'payout' ? describeReference(override.subject.id, medium) : '';
}
