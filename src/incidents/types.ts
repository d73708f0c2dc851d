import type { IncidentId, Subject } from '../ids.ts';
import type { Severity } from '../policy/escalations.ts';

export type { Severity };

/** What an incident or escalation is called; all strings are foreign text and are escaped when shown. */
export type Title =
  /** A rule saw it. */
  | { kind: 'finding'; rule: string; subject: Subject }
  /** The opening balance. */
  | { kind: 'opening' }
  /** Many causes of one day, YYYY-MM-DD. */
  | { kind: 'many'; day: string }
  /** A waiver past its deadline, or one whose owner wants a third extension. */
  | { kind: 'exemption'; name: string }
  /** A promise whose budget burns too fast, or is spent. `name` as people type it. */
  | { kind: 'slo'; name: string; what: 'burn' | 'breach' }
  /** A person named it. */
  | { kind: 'words'; words: string };

/** The record of something that somebody had to be told of: how bad, since when, why, and what keeps it from returning. */
export interface Incident {
  id: IncidentId;
  /** As people call it: INC-7. */
  number: number;
  escalationId: string;
  title: Title;
  severity: Severity;
  /** person:U... or rule:R01 */
  openedBy: string;
  openedAt: Date;
  state: 'open' | 'resolved';
  resolvedAt: Date | null;
  resolvedBy: string | null;
  rootCause: string | null;
  remediation: string | null;
}

/** What people call an incident, and write behind /incident resolve. */
export function nameOfIncident({ number }: Pick<Incident, 'number'>): string {
  return `INC-${number}`;
}

/** The number in "INC-7", "inc7" or "7"; null for anything else. */
export function parseIncidentName(word: string): number | null {
  const digits = /^(?:inc-?)?(\d{1,9})$/i.exec(word)?.[1];
  return digits === undefined ? null : Number(digits);
}
