import pg from 'pg';
import type { Log } from '../src/log.ts';
import type { Clock } from '../src/ports.ts';

const CHANNEL = 'sandbox_clock';

/** Real time plus an offset that is kept in the sandbox's database and shared by all its processes. */
export interface SandboxClock extends Clock {
  /** Moves the clock of every process to `instant`; resolves when this process has moved. Never backwards. */
  moveTo(instant: Date): Promise<void>;
  close(): Promise<void>;
}

/** Opens the clock. The first process on a database starts it at `startAt`; later ones go on where it stands. */
export async function openSandboxClock(options: {
  databaseUrl: string;
  startAt: Date;
  log: Log;
}): Promise<SandboxClock> {
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: 'sandbox clock',
    keepAlive: true,
  });
  client.on('error', (error) => options.log.warn({ err: error }, "the sandbox clock's connection broke"));
  await client.connect();
  await client.query(`create table if not exists clock (
    singleton boolean primary key default true check (singleton),
    offset_ms bigint not null
  )`);
  await client.query('insert into clock (offset_ms) values ($1) on conflict do nothing', [
    startOffset(options.startAt),
  ]);

  let offsetMs = await readOffset(client);
  const listeners = new Set<() => void>();
  const take = (next: number): void => {
    if (next === offsetMs) return;
    offsetMs = next;
    for (const listener of listeners) listener();
  };
  client.on('notification', (notification) => take(Number(notification.payload)));
  await client.query(`listen ${CHANNEL}`);

  return {
    now: () => new Date(Date.now() + offsetMs),
    onJump(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async moveTo(instant) {
      const { rows } = await client.query<{ offset_ms: string }>(
        'update clock set offset_ms = greatest(offset_ms, $1) returning offset_ms',
        [instant.getTime() - Date.now()],
      );
      const next = rows[0]!.offset_ms;
      await client.query('select pg_notify($1, $2)', [CHANNEL, next]);
      take(Number(next));
    },
    close: () => client.end(),
  };
}

function startOffset(startAt: Date): number {
  return startAt.getTime() - Date.now();
}

async function readOffset(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ offset_ms: string }>('select offset_ms from clock');
  return Number(rows[0]!.offset_ms);
}
