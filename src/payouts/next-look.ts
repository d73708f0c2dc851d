import type { Operation } from '../operations/types.ts';
import type { ProviderAnswer } from '../platform/types.ts';
import type { AttemptLine } from './types.ts';

const MINUTE_MS = 60_000;
/** After 1, 2 and 4 minutes more; from then on the check that looks at all is often enough. */
const ASK_AGAIN_MS = [1, 3, 7].map((minutes) => minutes * MINUTE_MS);
/** For so long somebody who has sent it again watches it go. */
const WATCH_MS = 15 * MINUTE_MS;
/** Answers that say nothing final. */
const NOT_FINAL: ReadonlySet<ProviderAnswer | null> = new Set(['silent', 'error', 'pending', 'not_found']);

/** What was asked a moment ago is not asked again. */
const JUST_ASKED_MS = 50_000;

export interface Waiting {
  attempts: readonly AttemptLine[];
  cooldownUntil: Date | null;
  openedAt: Date;
  /** The newest operation that is over. */
  last: Pick<Operation, 'action' | 'state' | 'settledAt'> | null;
}

/**
 * When a payout is looked at again before the check that looks at all would do it: when its cooldown ends, while a retry of
 * ours is on its way, and while the provider has said nothing final; null when that check is enough. Pure.
 */
export function decideNextLook(waiting: Waiting, now: Date): Date | null {
  const { cooldownUntil, last } = waiting;
  const nowMs = now.getTime();
  const times: number[] = [];
  if (cooldownUntil !== null) times.push(cooldownUntil.getTime());
  const sentAt = last?.action === 'retry' && last.state === 'succeeded' ? last.settledAt : null;
  if (sentAt !== null && nowMs - sentAt.getTime() < WATCH_MS) times.push(nowMs + MINUTE_MS);
  if (isOpenQuestion(waiting)) times.push(...ASK_AGAIN_MS.map((ms) => questionSince(waiting) + ms));
  const next = Math.min(...times.filter((at) => at > nowMs));
  return Number.isFinite(next) ? new Date(next) : null;
}

/** Is it one of the moments at which a provider that said nothing final is asked once more, fresh answer or not? Pure. */
export function isTimeToAsk(waiting: Waiting, now: Date): boolean {
  if (!isOpenQuestion(waiting)) return false;
  const nowMs = now.getTime();
  const times = waiting.attempts.map(({ askedAt }) => (askedAt === null ? 0 : Date.parse(askedAt)));
  const isPast = nowMs - questionSince(waiting) > ASK_AGAIN_MS.at(-1)! + MINUTE_MS;
  return !isPast && nowMs - Math.max(...times) >= JUST_ASKED_MS;
}

function isOpenQuestion({ attempts }: Waiting): boolean {
  return attempts.some(({ answer }) => NOT_FINAL.has(answer));
}

function questionSince({ openedAt, last }: Waiting): number {
  return Math.max(openedAt.getTime(), last?.settledAt?.getTime() ?? 0);
}
