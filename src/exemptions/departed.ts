import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import { AppError, SlackRefusedError } from '../errors.ts';
import { localeFrom } from '../people/rules.ts';
import type { SlackUser } from '../ports.ts';
import type { Locale } from '../texts.ts';
import { ACTOR, type ExemptionDeps } from './deps.ts';
import { writeExemption } from './store.ts';
import { SECURITY_OWNER, type Exemption } from './types.ts';

/** Who has it now, as far as it matters for reminders. */
export type OwnerFacts =
  | { isThere: true; timeZone: string; locale: Locale }
  /** They left; `deputyIsThere`: whoever stands in for them did not. */
  | { isThere: false; deputyIsThere: boolean };

/**
 * Asks Slack about an exemption's owner, and about the deputy only if the owner has left. Outside of any transaction.
 * Throws a fault that may be repeated while Slack does not answer: that nobody is there is never guessed.
 */
export async function readOwner(
  deps: Pick<ExemptionDeps, 'directory' | 'policy'>,
  { ownerId, deputyId }: Pick<Exemption, 'ownerId' | 'deputyId'>,
): Promise<OwnerFacts> {
  const { time_zone: businessZone } = deps.policy.business;
  if (ownerId === SECURITY_OWNER) return { isThere: true, timeZone: businessZone, locale: 'en' };
  const owner = await ask(deps, ownerId);
  if (owner === 'unknown') return { isThere: true, timeZone: businessZone, locale: 'en' };
  if (isThere(owner)) {
    const timeZone = knownZone(owner.timeZone) ?? businessZone;
    return { isThere: true, timeZone, locale: localeFrom(owner.locale) };
  }
  if (deputyId === null) return { isThere: false, deputyIsThere: false };
  const deputy = await ask(deps, deputyId);
  return { isThere: false, deputyIsThere: deputy !== 'unknown' && isThere(deputy) };
}

/** Deactivated, a guest, or of another workspace: whoever it was, they are not there for this any more. */
function isThere(user: SlackUser | undefined): user is SlackUser {
  return user !== undefined && !(user.isDeleted || user.isGuest || user.isStranger || user.isBot);
}

/** A server that can't say who somebody is leaves everything as it stands. */
async function ask(
  { directory }: Pick<ExemptionDeps, 'directory'>,
  userId: string,
): Promise<SlackUser | undefined | 'unknown'> {
  try {
    return await directory.user(userId);
  } catch (error) {
    if (!(error instanceof SlackRefusedError)) throw error;
    if (error.slackError === 'unknown_method') return 'unknown';
    // A token that is being changed, a scope that is not granted yet: somebody mends that, and nothing must be lost.
    throw new AppError('slack_refused', error.message, { retryable: true, cause: error });
  }
}

function knownZone(timeZone: string | null): string | null {
  if (timeZone === null || timeZone === '') return null;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    return null;
  }
}

/** Its owner has left: it is the deputy's, if they are there, else all of security's. */
export async function handToHeir(
  tx: Tx,
  exemption: Exemption,
  { deputyIsThere }: { deputyIsThere: boolean },
): Promise<{ exemption: Exemption; entry: AuditEntry }> {
  const { ownerId: left, deputyId, deputyKey } = exemption;
  const hasHeir = deputyIsThere && deputyId !== null && deputyKey !== null;
  const after = await writeExemption(tx, exemption, {
    ownerId: hasHeir ? deputyId : SECURITY_OWNER,
    ownerKey: hasHeir ? deputyKey : SECURITY_OWNER,
    deputyId: null,
    deputyKey: null,
  });
  const entry: AuditEntry = {
    actor: ACTOR,
    action: 'exemption.owner_left',
    tenantId: null,
    subject: { kind: 'exemption', id: exemption.id },
    data: { left, owner: after.ownerId, deputy: deputyId },
  };
  return { exemption: after, entry };
}
