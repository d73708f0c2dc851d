import type { Subject, TenantId } from '../ids.ts';

/** One state change, as its verb reports it. */
export interface AuditEntry {
  /** person:U..., job:<kind>, schedule:<name>, cli:<login> */
  actor: string;
  /** What happened, as `<noun>.<past verb>`: run.completed, finding.resolved. */
  action: string;
  tenantId: TenantId | null;
  subject: Subject;
  /** Facts about the change; nothing personal, since it can never be erased. */
  data: object;
  /** What a person wrote. Kept beside the chain and erasable; the chain holds its salted hash. */
  personal?: string;
}

/** The chain's end: the newest row's number (0: none yet) and hash (hex, 64 characters). */
export interface AuditHead {
  seq: bigint;
  hash: string;
}

/** Every stored column of audit_log except its hash, as text. `at` is UTC with six decimals. */
export interface ChainedRow {
  seq: string;
  at: string;
  actor: string;
  action: string;
  tenant_id: string | null;
  subject_kind: string;
  subject_id: string;
  data: string;
  personal_hash: string | null;
  previous_hash: string;
}
