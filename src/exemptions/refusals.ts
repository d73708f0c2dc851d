/** Why what was wanted of an exemption is refused. Text key `exemptions.refused.<why>`. */
export type ExemptionRefusal =
  | { why: 'not_found' }
  /** The same click, sent again. */
  | { why: 'repeated' }
  /** One open exemption per name and place. */
  | { why: 'open_already'; number: number }
  /** Closed within the last 90 days: the same again is more time, which others approve. */
  | { why: 'closed_recently'; number: number; id: string; closedOn: string }
  /** Beside its field. */
  | { why: 'missing'; field: ExemptionField }
  | { why: 'too_long'; field: ExemptionField; most: number }
  /** What looks like a secret's value is kept nowhere; `shape` as in `secrets.shape.<word>`. */
  | { why: 'secret'; field: ExemptionField; shape: string }
  | { why: 'deadline_too_late'; last: string }
  | { why: 'deadline_past' }
  | { why: 'day_unreadable'; field: ExemptionField }
  /** Nobody of our own workspace, or no longer: deactivated, a guest, a bot, of another organisation. */
  | { why: 'owner_unfit'; field: 'owner' | 'deputy' }
  /** Who they are could not be read now. */
  | { why: 'owner_unread'; field: 'owner' | 'deputy' }
  | { why: 'deputy_is_owner' }
  /** Only the owner, the deputy, or somebody of security. */
  | { why: 'not_yours' }
  | { why: 'not_open'; state: 'closing' | 'closed' }
  | { why: 'not_closing' }
  /** Whoever holds it, stands in for them or handed it in does not review it. */
  | { why: 'own_review'; as: 'owner' | 'deputy' | 'submitter' }
  | { why: 'extended_twice' };

export type ExemptionField =
  | 'name'
  | 'place'
  | 'risk'
  | 'route'
  | 'owner'
  | 'deputy'
  | 'deadline'
  | 'mitigation'
  | 'ticket'
  | 'links'
  | 'evidence_link'
  | 'evidence_note'
  | 'reason';

export type ExemptionOutcome<T extends object = object> =
  | ({ ok: true } & T)
  | { ok: false; refusal: ExemptionRefusal };
