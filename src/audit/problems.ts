/** What can be wrong with the log, as words for programs; `describeAuditProblem` says it to a person at a terminal. */
export const AUDIT_PROBLEMS = [
  'gap',
  'previous_differs',
  'row_changed',
  'personal_changed',
  'personal_gone',
  'personal_stray',
  'head_missing',
  'head_differs',
  'head_differs_from_kept',
  'tail_cut',
  'head_unreadable',
  'head_unsigned',
  'key_changed',
  'key_unknown',
  'signature_wrong',
] as const;
export type AuditProblem = (typeof AUDIT_PROBLEMS)[number];

const DESCRIPTIONS: Record<AuditProblem, string> = {
  gap: 'a row is missing, or one was put in',
  previous_differs: 'the row does not follow the one before it',
  row_changed: 'the row was changed',
  personal_changed: 'the personal text beside the row was changed',
  personal_gone: 'the personal text beside the row is gone, and no row says that it was erased',
  personal_stray: 'a personal text stands beside a row that has none',
  head_missing: 'the head is missing',
  head_differs: 'the newest row is not the one the head names: the end was cut off, or the head was changed',
  head_differs_from_kept: 'the row is not the one the kept head names: the log was rewritten',
  tail_cut: 'the log ends before the kept head: its end was cut off',
  head_unreadable: 'this is not an audit head (mutabik-audit-head:v1:...)',
  head_unsigned: 'the kept head is not signed, so a public key proves nothing about it',
  key_changed: 'a public key in the database is not the one its fingerprint names',
  key_unknown: 'the database has no public key for the kept head: give it by hand',
  signature_wrong: "the kept head's signature is wrong",
};

/** English, for the command line; people read `audit.problem.<word>` in their language. */
export function describeAuditProblem(problem: AuditProblem): string {
  return DESCRIPTIONS[problem];
}
