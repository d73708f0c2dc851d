/** Why what was wanted of an action is refused. Text key `actions.refused.<why>`. */
export type ActionRefusal =
  | { why: 'not_found' }
  /** The review or report is none of ours. */
  | { why: 'no_source' }
  /** The same click, sent again. */
  | { why: 'repeated' }
  | { why: 'missing' }
  | { why: 'too_long'; most: number }
  /** What looks like a secret's value is kept nowhere; `shape` as in `secrets.shape.<word>`. */
  | { why: 'secret'; shape: string }
  | { why: 'due_unreadable' }
  | { why: 'due_past' }
  /** Deactivated, a guest, a bot, of another organisation, or nobody. */
  | { why: 'owner_unfit' }
  /** Who they are could not be read now. */
  | { why: 'owner_unread' }
  /** Only security and leads; done also the owner. */
  | { why: 'not_yours' }
  | { why: 'not_open'; state: 'done' | 'dropped' };

export type ActionOutcome<T extends object = object> =
  | ({ ok: true } & T)
  | { ok: false; refusal: ActionRefusal };

export function refuse(refusal: ActionRefusal): { ok: false; refusal: ActionRefusal } {
  return { ok: false, refusal };
}
