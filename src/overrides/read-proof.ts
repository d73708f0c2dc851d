import { readHead, readRows, type StoredRow } from '../audit/store.ts';
import type { AuditHead } from '../audit/types.ts';
import type { Queryable } from '../database/pool.ts';
import { AppError, assert } from '../errors.ts';
import type { MessagePlace } from './models.ts';
import { OVERRIDE_CARD } from './types.ts';
import { type OverrideRow, type VersionRow, type VoteRow } from './override-row.ts';

/** Rows as they stand, all columns: numerics are text, JSON is JSON, instants are Dates. */
export interface ProofRows {
  override: OverrideRow;
  message: MessagePlace | null;
  versions: VersionRow[];
  votes: VoteRow[];
  operations: OperationColumns[];
  calls: CallColumns[];
  /** From its first row of the log to its last, those of others between them too. */
  log: { row: StoredRow; concerns: Concern | null }[];
  head: AuditHead;
}
type Concern = 'override' | 'operation';

interface OperationColumns {
  id: string;
  state: string;
  action: string;
  idempotency_key: string;
  override_version: number;
}

interface CallColumns {
  at: Date;
  call: string;
  outcome: string;
  method: string;
  path: string;
  body: string | null;
  status: number | null;
  answer: string | null;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Everything that a proof is made of; whoever calls reads it in one snapshot. Throws not_found. */
export async function readProof(db: Queryable, id: string): Promise<ProofRows> {
  const override = UUID.test(id)
    ? (await db.query<OverrideRow>('select * from overrides where id = $1', [id])).rows[0]
    : undefined;
  if (override === undefined) {
    throw new AppError('not_found', `there is no override ${id}`, { retryable: false });
  }
  const { rows: versions } = await db.query<VersionRow>(
    'select * from override_versions where override_id = $1 order by version',
    [id],
  );
  const { rows: votes } = await db.query<VoteRow>(
    'select * from override_votes where override_id = $1 order by version, voted_at, person_key',
    [id],
  );
  const { rows: operations } = await db.query<OperationColumns>(
    'select * from operations where override_id = $1 order by override_version',
    [id],
  );
  const ids = operations.map((operation) => operation.id);
  const { rows: calls } = await db.query<CallColumns>(
    'select * from operation_calls where operation_id = any($1::uuid[]) order by at, operation_id, seq',
    [ids],
  );
  const head = await readHead(db);
  assert(head !== undefined, 'the audit head is missing');
  const log = await readLog(db, override, ids);
  return { override, message: await readMessage(db, id), versions, votes, operations, calls, log, head };
}

/** Where its card stands; null: not posted yet. */
async function readMessage(db: Queryable, id: string): Promise<MessagePlace | null> {
  const { rows } = await db.query<MessagePlace>(
    `select c.channel_id as "channelId", c.ts, t.ts as "threadTs"
       from cards c left join cards t on t.id = c.thread_card_id
      where c.kind = $1 and c.subject_kind = 'override' and c.subject_id = $2 and c.ts is not null
      order by c.created_at limit 1`,
    [OVERRIDE_CARD, id],
  );
  return rows[0] ?? null;
}

async function readLog(
  db: Queryable,
  { id, subject_kind, subject_id }: OverrideRow,
  operations: readonly string[],
): Promise<ProofRows['log']> {
  const { rows } = await db.query<{ seq: string; concerns: Concern }>(
    `select seq, 'override' as concerns from audit_log where subject_kind = 'override' and subject_id = $1
     union all
     select seq, 'operation' from audit_log
      where subject_kind = $2 and subject_id = $3 and action like 'operation.%'
        and data::jsonb ->> 'operation' = any($4::text[])`,
    [id, subject_kind, subject_id, operations],
  );
  const concerns = new Map(rows.map((row) => [row.seq, row.concerns]));
  const [first, last] = [...concerns.keys()]
    .map(BigInt)
    .reduce<[bigint, bigint] | [null, null]>(
      ([low, high], seq) => [low === null || seq < low ? seq : low, high === null || seq > high ? seq : high],
      [null, null],
    );
  if (first === null || last === null) return [];
  const log = await readRows(db, String(first), String(last));
  return log.map((row) => ({ row, concerns: concerns.get(row.seq) ?? null }));
}
