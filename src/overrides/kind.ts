import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import type { Asked } from '../platform/ask-attempts.ts';
import type { Choice, Override, OverrideFacts, Quorum, Terms, Verdict } from './types.ts';

export interface SubjectKey {
  tenantId: string;
  subjectId: string;
}

/** What decides how many approve. */
export interface Stake {
  accountId: string | null;
  payeeRef: string | null;
  currency: string | null;
  amountMinor: bigint | null;
  /** Null: no rate is known. */
  reportingMinor: bigint | null;
  isHigh: boolean;
  /** Where no amount decides it. */
  quorum?: Quorum;
}

/** Where no money is at stake: only these approve. */
export function stakeWithoutMoney(quorum: Quorum): Stake {
  return {
    accountId: null,
    payeeRef: null,
    currency: null,
    amountMinor: null,
    reportingMinor: null,
    isHigh: false,
    quorum,
  };
}

/** What carrying it out came to, inside the transaction. */
export type Executed =
  | { as: 'accepted'; operationId: string }
  /** It is done, in this transaction; with what stands there now, and the audit rows to append. */
  | { as: 'done'; after: OverrideFacts; entries: readonly AuditEntry[] }
  /** Something else is under way: try again then. */
  | { as: 'wait'; until: Date };

/**
 * One kind of thing that may be done by hand. Payouts have theirs; others register theirs in main, and share the card, the
 * rules and the proof.
 */
export interface OverrideKind<Facts extends OverrideFacts = OverrideFacts> {
  kind: Facts['kind'];
  subjectKind: Terms['subject']['kind'];
  /**
   * Reads it live; null: there is none. `ask`: providers are asked afresh, which takes seconds. `tenantId` '': whichever
   * tenant has it. `exceptOperationId`: the operation that asks about what it is itself about. `asked` hears of every call
   * that was made for it. Throws finance faults.
   */
  load(
    subject: SubjectKey,
    how: {
      now: Date;
      ask: boolean;
      limitMs: number;
      signal?: AbortSignal;
      exceptOperationId?: string;
      asked?(calls: readonly Asked[]): void;
    },
  ): Promise<Facts | null>;
  /** What may be done now. Answers older than `freshMs` prove nothing. Pure. */
  targets(facts: Facts, now: Date, freshMs: number): Verdict[];
  /** What an approver agrees to; its hash is taken of this. Pure. */
  terms(facts: Facts, choice: Choice): Terms;
  stake(facts: Facts, choice: Choice): Stake;
  /** Begins to carry it out, with the one key of this version; whoever calls has locked the override. */
  execute(tx: Tx, now: Date, override: Override): Promise<Executed>;
}

export type OverrideKinds = ReadonlyMap<string, OverrideKind>;
