import { EVIDENCE_ARGUMENTS } from '../../src/findings/evidence.ts';
import type { EvidenceValue } from '../../src/findings/types.ts';

const LARGEST = 999_999_999_999_999_999n;

/** Every argument of an evidence text holds the same hostile text, or the largest amount. */
export function argumentsOf(
  key: keyof typeof EVIDENCE_ARGUMENTS,
  foreign: string,
): Record<string, EvidenceValue> {
  return Object.fromEntries(
    Object.entries(EVIDENCE_ARGUMENTS[key]).map(([name, kind]): [string, EvidenceValue] => {
      if (kind === 'number') return [name, 2_147_483_647];
      if (kind === 'money') return [name, { money: { minor: `-${LARGEST}`, currency: 'CLF' } }];
      if (kind === 'account') return [name, { account: foreign }];
      return [name, kind === 'at' ? { at: foreign } : foreign];
    }),
  );
}
