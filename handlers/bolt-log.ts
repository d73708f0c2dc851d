import { LogLevel, type Logger } from '@slack/bolt';
import type { Log } from '../src/log.ts';

/** Lets Bolt and its web client write to our log, so that one redaction and one level rule them all. */
export function boltLogger(log: Log): Logger {
  let name = 'bolt';
  const line = (parts: unknown[]): string =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    // Bolt's debug lines hold whole bodies, with whatever somebody typed.
    debug: () => undefined,
    info: (...parts) => log.debug({ from: name }, line(parts)),
    warn: (...parts) => log.warn({ from: name }, line(parts)),
    error: (...parts) => log.error({ from: name }, line(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: (newName) => {
      name = newName;
    },
  };
}
