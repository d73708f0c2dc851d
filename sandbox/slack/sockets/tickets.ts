import { randomUUID } from 'node:crypto';

/** An address that was given out opens one socket within this time (real). */
const TICKET_MS = 30_000;

/** One-shot rights to open a socket; they age in real time. */
export interface SocketTickets {
  issue(): string;
  /** True once, for a ticket that was issued and is not old. */
  use(ticket: string): boolean;
}

export function makeSocketTickets(monotonicMs: () => number): SocketTickets {
  const issuedAt = new Map<string, number>();
  return {
    issue() {
      for (const [ticket, at] of issuedAt) if (monotonicMs() - at > TICKET_MS) issuedAt.delete(ticket);
      const ticket = randomUUID();
      issuedAt.set(ticket, monotonicMs());
      return ticket;
    },
    use(ticket) {
      const at = issuedAt.get(ticket);
      issuedAt.delete(ticket);
      return at !== undefined && monotonicMs() - at <= TICKET_MS;
    },
  };
}
