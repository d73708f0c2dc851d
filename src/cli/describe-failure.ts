import { AppError, describeError } from '../errors.ts';

/** SQLSTATE, as PostgreSQL's errors carry it. */
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Codes of the operating system: a server that is not there, a port that is taken. */
const ERRNO = /^E[A-Z0-9_]+$/;

/**
 * What the command line says of an error that ends it. The outside world's troubles are a line and, where there is
 * one, a way out; only a bug shows its stack.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof AppError) return describeError(error);
  const { code, port } = (error ?? {}) as { code?: unknown; port?: unknown };
  if (code === 'EADDRINUSE') return `port ${String(port)} is taken: set PORT to another`;
  if (code === 'ECONNREFUSED')
    return `${describeError(error)}: nothing answers there. Is the address right, and the server up?`;
  if (typeof code === 'string' && ERRNO.test(code)) return describeError(error);
  if (typeof code === 'string' && SQLSTATE.test(code)) return `PostgreSQL: ${describeError(error)} (${code})`;
  return error instanceof Error ? (error.stack ?? describeError(error)) : String(error);
}
