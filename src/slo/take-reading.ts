import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import type { SliReading } from '../ports.ts';
import { toldUntil } from './clean-reading.ts';
import type { SloDeps } from './deps.ts';
import { judge } from './judge.ts';
import { lockSource, saveSource } from './source-store.ts';
import { storeReading } from './store-minutes.ts';
import { silentSince, wholeMinute, type Stretch } from './stretch.ts';
import type { Slo, SourceState } from './types.ts';

const ACTOR = 'job:slo';

/** What one look at a source found: what it told, or why it did not. */
export interface Look {
  slo: Slo;
  stretch: Stretch;
  /** How far its source was read when the look began. */
  collectedUntil: Date | null;
  answer: { reading: SliReading } | { error: string };
}

/**
 * Writes one look down, in the caller's transaction: its minutes in place of the old ones, how far it is read, whether
 * its source is silent, and what the new minutes mean for its alerts. A look that another replica has overtaken changes
 * nothing. Gives what happened, for whoever counts; null: overtaken.
 */
export async function takeLook(deps: SloDeps, tx: Tx, now: Date, look: Look): Promise<AuditEntry[] | null> {
  const { slo, stretch, answer } = look;
  const before = await lockSource(tx, slo.name, wholeMinute(now));
  if (isOvertaken(before, look, now)) return null;
  const told = 'reading' in answer ? toldUntil(answer.reading, stretch.until) : null;
  const after = stateAfter(before, look, { told, now }, deps.policy.slo.silent_after_minutes);
  if ('reading' in answer)
    await storeReading(tx, slo.name, { from: stretch.from, until: stretch.until }, answer.reading);
  await saveSource(tx, slo.name, after);
  // Minutes that nobody told of are not judged: nobody is woken up for what nobody knows.
  const isNews = told !== null && (before.judgedUntil === null || told > before.judgedUntil);
  const entries = isNews ? await judge(deps, tx, now, slo, told) : [];
  if (entries.length > 0) await appendAudit(tx, now, entries);
  await tellSilence(tx, now, slo, { before, after });
  return entries;
}

function isOvertaken(before: SourceState, { collectedUntil }: Look, now: Date): boolean {
  return (
    before.collectedUntil?.getTime() !== collectedUntil?.getTime() ||
    (before.answeredAt !== null && before.answeredAt > now)
  );
}

function stateAfter(
  before: SourceState,
  { stretch, answer }: Look,
  { told, now }: { told: Date | null; now: Date },
  silentAfterMinutes: number,
): Omit<SourceState, 'judgedUntil'> {
  const silent = silentSince(before, { told, now }, silentAfterMinutes);
  if (!('reading' in answer)) return { ...before, silentSince: silent, error: answer.error };
  const { collectedUntil } = before;
  // Past the last minute that was told somebody may still tell; what lies a day back is a gap for good.
  const until = stretch.isLast ? told : stretch.until;
  return {
    collectedUntil:
      until === null || (collectedUntil !== null && until < collectedUntil) ? collectedUntil : until,
    answeredAt: now,
    // Of what lies behind nothing is new: only its end says whether it is silent.
    silentSince: stretch.isLast ? silent : before.silentSince,
    error: '',
    value: stretch.isLast ? answer.reading.value : before.value,
  };
}

async function tellSilence(
  tx: Tx,
  now: Date,
  slo: Slo,
  { before, after }: { before: SourceState; after: Omit<SourceState, 'judgedUntil'> },
): Promise<void> {
  const about = { kind: 'slo_blind', subject: { kind: 'slo', id: slo.name }, actor: ACTOR } as const;
  if (before.silentSince === null && after.silentSince !== null) {
    const args = { slo: slo.name, since: after.silentSince.toISOString(), error: after.error };
    await raiseAlert(tx, now, { ...about, severity: 'sev2', args });
  }
  if (before.silentSince !== null && after.silentSince === null) await resolveAlert(tx, now, about);
}
