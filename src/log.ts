import { pino, type Logger } from 'pino';

export type Log = Logger;

/** Keys whose values never reach a log line, at any depth pino's redaction can reach. */
const SECRET_KEYS = [
  'token',
  'authorization',
  'signingSecret',
  'secret',
  'password',
  'privateKey',
  'connectionString',
];

/** A structured JSON logger on standard error; standard output belongs to answers (the ready line, --json). */
export function makeLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}
