import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../src/errors.ts';
import { databaseUrls, type SandboxDatabases } from './databases.ts';
import type { SandboxSecrets } from './home.ts';

const readySchema = z.strictObject({
  ready: z.literal(true),
  app: z.string(),
  sandbox: z.url(),
  platform: z.string(),
  database: z.url(),
  finance: z.string(),
});

/** The ready line: where everything is. `database` and `finance` are PostgreSQL addresses, with the app's logins. */
export type Ready = z.infer<typeof readySchema>;

const runningSchema = readySchema.extend({ transport: z.enum(['http', 'socket']).default('http') });

/** What is noted of a running sandbox: the ready line, and how its workspace reaches the app. */
export type Running = z.infer<typeof runningSchema>;

const FILE = 'sandbox.json';

/** Notes in the home where the sandbox is, for commands beside it. Returns the way to take the note away. */
export function noteRunning(home: string, running: Running): () => void {
  writeFileSync(join(home, FILE), `${JSON.stringify(running)}\n`, { mode: 0o600 });
  return () => rmSync(join(home, FILE), { force: true });
}

/** Where the sandbox of this home is. Throws config_invalid when none was started. */
export function readRunning(home: string): Running {
  try {
    return runningSchema.parse(JSON.parse(readFileSync(join(home, FILE), 'utf8')));
  } catch (error) {
    throw notRunning(home, error);
  }
}

/** Says that nothing runs in this home, although a killed sandbox may have left its note there. */
export function notRunning(home: string, cause: unknown): AppError {
  return new AppError('config_invalid', `No sandbox runs in ${home}: start one with npm start.`, {
    retryable: false,
    cause,
  });
}

/** All addresses of a running sandbox's databases. */
export function runningDatabases(running: Ready, secrets: SandboxSecrets): SandboxDatabases {
  const server = new URL(running.database);
  return databaseUrls({ host: server.hostname, port: Number(server.port) }, secrets);
}
