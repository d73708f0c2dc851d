/** What can be wrong with a bundle, as words for programs; `describeBundleProblem` says it to a person at a terminal. */
export type BundleProblem = keyof typeof DESCRIPTIONS;

const DESCRIPTIONS = {
  manifest_unreadable: 'its last line is no manifest, or not as it was written',
  key_other: 'it was signed with another key',
  signature_wrong: 'the signature does not fit the manifest',
  unsigned: 'it is not signed, so a public key proves nothing about it',
  part_changed: 'its bytes are not those that the manifest names',
  line_unreadable: 'a line of it is not what stands there by the format',
  header_differs: 'it does not name what the manifest names',
  parts_differ: 'its parts are not those of the format, in their order',
  gap: 'a row of the log is missing, or one was put in',
  previous_differs: 'a row of the log does not follow the one before it',
  row_changed: 'a row of the log was changed',
  personal_changed: 'a personal text beside a row of the log was changed',
  head_differs: 'the head is not that of the manifest, or its signature does not fit',
  head_behind: 'the head stands before the last row of the log, or names another row',
  terms_differ: 'the hash of the terms is not the one that was approved',
  vote_stray: 'a vote belongs to no version',
  row_unmarked: 'a row of the log about the override is not marked as its own, or another one is',
  vote_unlogged: 'a vote stands in no row of the log as given to these terms',
} as const;

export function describeBundleProblem(problem: BundleProblem): string {
  return DESCRIPTIONS[problem];
}
