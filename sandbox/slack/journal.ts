import pg from 'pg';
import type { CallEntry } from './types.ts';

/** `json`, not `jsonb`: it keeps texts with NUL and lone surrogates, which a person may send. */
const TABLES = `
create schema if not exists workspace;
create table if not exists workspace.records (
  kind text not null, id text not null, doc json not null,
  -- Records come back in the order in which they were first put; an update moves its row in the table.
  ordinal bigint generated always as identity, primary key (kind, id));
create table if not exists workspace.file_contents (id text primary key, content bytea not null);
create table if not exists workspace.calls (seq bigint primary key, doc json not null);`;

const WRITE = `
with gone as (
  delete from workspace.records r using unnest($1::text[], $2::text[]) as g(kind, id)
  where r.kind = g.kind and r.id = g.id
), kept as (
  insert into workspace.records (kind, id, doc)
  select kind, id, doc::json
  from unnest($3::text[], $4::text[], $5::text[]) with ordinality as k(kind, id, doc, place) order by place
  on conflict (kind, id) do update set doc = excluded.doc
)
insert into workspace.calls (seq, doc)
select seq, doc::json from unnest($6::bigint[], $7::text[]) as c(seq, doc)`;

type RecordKind = 'person' | 'group' | 'channel' | 'message' | 'ephemeral' | 'file' | 'view' | 'delivery';

/**
 * The workspace's memory on disk. Writes are gathered and leave in one statement, so that many calls at once cost
 * one round trip; whoever awaits `flush` knows that all that was put before stands in the database.
 */
export interface Journal {
  put(kind: RecordKind, id: string, doc: object): void;
  remove(kind: RecordKind, id: string): void;
  appendCall(entry: CallEntry): void;
  flush(): Promise<void>;
  load<T>(kind: RecordKind): Promise<T[]>;
  /** The newest calls, oldest first; older rows are deleted. */
  loadCalls(keep: number): Promise<CallEntry[]>;
  putContent(fileId: string, content: Buffer): Promise<void>;
  content(fileId: string): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

interface Change {
  kind: string;
  id: string;
  doc: string | null;
}

export async function openJournal(
  databaseUrl: string,
  onIdleError: (error: Error) => void,
): Promise<Journal> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 3,
    application_name: 'mutabik-workspace',
  });
  pool.on('error', onIdleError);
  pool.on('connect', (client) => client.on('error', onIdleError));
  await pool.query(TABLES);
  const changes = new Map<string, Change>();
  let calls: { seq: number; doc: string }[] = [];
  let writing: Promise<void> = Promise.resolve();
  let scheduled: Promise<void> | undefined;

  async function write(): Promise<void> {
    if (changes.size === 0 && calls.length === 0) return;
    const batch = [...changes.values()];
    const callBatch = calls;
    changes.clear();
    calls = [];
    try {
      await pool.query(WRITE, writeParameters(batch, callBatch));
    } catch (error) {
      for (const change of batch) {
        const key = `${change.kind} ${change.id}`;
        if (!changes.has(key)) changes.set(key, change);
      }
      calls = [...callBatch, ...calls];
      throw error;
    }
  }

  return {
    put: (kind, id, doc) => void changes.set(`${kind} ${id}`, { kind, id, doc: JSON.stringify(doc) }),
    remove: (kind, id) => void changes.set(`${kind} ${id}`, { kind, id, doc: null }),
    appendCall: (entry) => void calls.push({ seq: entry.seq, doc: JSON.stringify(entry) }),
    flush() {
      scheduled ??= writing
        .catch(() => undefined)
        .then(() => {
          scheduled = undefined;
          writing = write();
          return writing;
        });
      return scheduled;
    },
    load: (kind) => loadRecords(pool, kind),
    loadCalls: (keep) => loadCalls(pool, keep),
    putContent: (fileId, content) => putContent(pool, fileId, content),
    content: (fileId) => readContent(pool, fileId),
    close: () => pool.end(),
  };
}

function writeParameters(batch: Change[], calls: { seq: number; doc: string }[]): unknown[] {
  const gone = batch.filter((change) => change.doc === null);
  const kept = batch.filter((change) => change.doc !== null);
  return [
    gone.map((change) => change.kind),
    gone.map((change) => change.id),
    kept.map((change) => change.kind),
    kept.map((change) => change.id),
    kept.map((change) => change.doc),
    calls.map((call) => call.seq),
    calls.map((call) => call.doc),
  ];
}

async function loadRecords<T>(pool: pg.Pool, kind: RecordKind): Promise<T[]> {
  const { rows } = await pool.query<{ doc: T }>(
    'select doc from workspace.records where kind = $1 order by ordinal',
    [kind],
  );
  return rows.map((row) => row.doc);
}

async function loadCalls(pool: pg.Pool, keep: number): Promise<CallEntry[]> {
  await pool.query(
    'delete from workspace.calls where seq <= (select coalesce(max(seq), 0) from workspace.calls) - $1',
    [keep],
  );
  const { rows } = await pool.query<{ doc: CallEntry }>('select doc from workspace.calls order by seq');
  return rows.map((row) => row.doc);
}

async function putContent(pool: pg.Pool, fileId: string, content: Buffer): Promise<void> {
  await pool.query(
    `insert into workspace.file_contents (id, content) values ($1, $2)
     on conflict (id) do update set content = excluded.content`,
    [fileId, content],
  );
}

async function readContent(pool: pg.Pool, fileId: string): Promise<Buffer | undefined> {
  const { rows } = await pool.query<{ content: Buffer }>(
    'select content from workspace.file_contents where id = $1',
    [fileId],
  );
  return rows[0]?.content;
}
