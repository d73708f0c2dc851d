import type { EvidenceKey } from '../src/findings/evidence.ts';
import type { Evidence } from '../src/findings/types.ts';
import { tellEvidence } from './evidence.ts';
import type { Medium } from './medium.ts';

/** Whose word stands against whose. Text key `findings.party.<party>`. */
type Party =
  | 'ledger'
  | 'wallet'
  | 'platform'
  | 'provider'
  | 'policy'
  | 'runs'
  | 'chain'
  | 'volume'
  | 'breaks';

/** What each finding compares: the side that is taken as given, and the one that does not agree with it. */
const SIDES: Readonly<Record<EvidenceKey, readonly [Party, Party]>> = {
  R01: ['ledger', 'wallet'],
  'R01.no_wallet': ['ledger', 'wallet'],
  R02: ['platform', 'ledger'],
  R04: ['platform', 'ledger'],
  R05: ['platform', 'ledger'],
  R06: ['platform', 'wallet'],
  'R06.negative': ['platform', 'wallet'],
  'R07.unexplained': ['ledger', 'wallet'],
  'R07.explained': ['ledger', 'wallet'],
  'R19.not_asked': ['platform', 'provider'],
  'R19.pending': ['platform', 'provider'],
  'R19.final': ['platform', 'provider'],
  'R19.silent': ['platform', 'provider'],
  'R19.not_found': ['platform', 'provider'],
  'R19.two_open': ['platform', 'provider'],
  R20: ['platform', 'provider'],
  R21: ['platform', 'provider'],
  R22: ['platform', 'policy'],
  'R23.safe': ['platform', 'provider'],
  'R23.not_safe': ['platform', 'provider'],
  'R23.old': ['platform', 'provider'],
  R24: ['platform', 'provider'],
  R25: ['policy', 'ledger'],
  'R26.failed': ['policy', 'runs'],
  'R26.partial': ['policy', 'runs'],
  'R26.stale': ['policy', 'runs'],
  'R26.never': ['policy', 'runs'],
  'R26.twice': ['policy', 'runs'],
  R27: ['policy', 'chain'],
  'R28.two_succeeded': ['platform', 'provider'],
  'R28.shared_reference': ['platform', 'provider'],
  R29: ['platform', 'provider'],
  R30: ['volume', 'breaks'],
};

/** Both sides, each a title and what it says; none for evidence of another version. */
export function bothSides(evidence: Evidence, medium: Medium): string[][] {
  const parties = Object.hasOwn(SIDES, evidence.key) ? SIDES[evidence.key as EvidenceKey] : undefined;
  const given = tellEvidence(`findings.side.${evidence.key}.given`, evidence, medium);
  const against = tellEvidence(`findings.side.${evidence.key}.against`, evidence, medium);
  if (parties === undefined || given === null || against === null) return [];
  const title = (party: Party) => medium.strong(medium.texts.t(`findings.party.${party}`));
  return [
    [title(parties[0]), given],
    [title(parties[1]), against],
  ];
}
