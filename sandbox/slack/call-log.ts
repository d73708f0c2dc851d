import type { Clock } from '../../src/ports.ts';
import type { Journal } from './journal.ts';
import type { CallEntry } from './types.ts';

const CALLS_KEPT = 20_000;

export interface CallLog {
  append(entry: Omit<CallEntry, 'seq' | 'at'>): void;
  /**
   * Calls in order. `since` is an ISO time (from then on) or the `seq` of a call already seen (what came after it);
   * without it, all that is kept.
   */
  since(since: string | undefined): CallEntry[];
}

export async function makeCallLog(journal: Journal, clock: Clock): Promise<CallLog> {
  let entries = await journal.loadCalls(CALLS_KEPT);
  let lastSeq = entries.at(-1)?.seq ?? 0;
  return {
    append(call) {
      lastSeq += 1;
      const entry: CallEntry = { seq: lastSeq, at: clock.now().toISOString(), ...call };
      entries.push(entry);
      if (entries.length > CALLS_KEPT * 1.1) entries = entries.slice(-CALLS_KEPT);
      journal.appendCall(entry);
    },
    since(since) {
      const kept = entries.slice(-CALLS_KEPT);
      if (since === undefined || since === '') return kept;
      if (/^\d+$/.test(since)) return kept.filter((entry) => entry.seq > Number(since));
      const from = Date.parse(since);
      return kept.filter((entry) => Date.parse(entry.at) >= from);
    },
  };
}
