import type { Queryable } from '../database/pool.ts';
import { whomOf } from '../escalations/whom.ts';
import type { Policy } from '../policy.ts';
import type { NagModel } from './models.ts';
import { isNewestNag, readNag } from './nag-store.ts';
import { standingOf } from './standing.ts';
import { readClosing, readExemption } from './store.ts';
import { SECURITY_CHANNEL, type Closing, type Exemption, type Nag } from './types.ts';

const NOBODY = { users: [], groups: [] };

/**
 * One reminder as its message shows it. Null when there is nothing to show: it was given up, or what it would have
 * reminded of was over before Slack took it. Where it stands is told as of when it was asked for: days of a message that
 * nobody rewrites would be wrong tomorrow.
 */
export async function loadNag(
  db: Queryable,
  nagId: string,
  policy: Pick<Policy, 'business' | 'roles'>,
): Promise<NagModel | null> {
  const nag = await readNag(db, nagId);
  if (nag === null || nag.failedAt !== null) return null;
  const exemption = await readExemption(db, nag.exemptionId);
  if (exemption === null) return null;
  const closing = await closingOf(db, nag, exemption);
  const isMeant = isStillMeant(nag, exemption, closing);
  if (!isMeant && nag.sentAt === null) return null;
  const timeZone = policy.business.time_zone;
  return {
    nag,
    exemption,
    standing: standingOf(exemption, nag.askedAt, timeZone),
    closing,
    isCurrent: isMeant && (await isNewestNag(db, nag)),
    mentions: nag.recipient === SECURITY_CHANNEL ? await readSecurity(db, policy) : NOBODY,
    timeZone,
  };
}

/** What reviewers were reminded of, else what waits now. */
async function closingOf(db: Queryable, nag: Nag, exemption: Exemption): Promise<Closing | null> {
  if (nag.closingId !== null) return await readClosing(db, nag.closingId);
  if (exemption.state !== 'closing' || exemption.closingId === null) return null;
  return await readClosing(db, exemption.closingId);
}

/** Is what it asks for still to be done by whom it went to? */
function isStillMeant(nag: Nag, exemption: Exemption, closing: Closing | null): boolean {
  switch (nag.audience) {
    case 'owner':
      return (
        exemption.state === 'open' &&
        nag.deadline === exemption.deadline &&
        nag.recipient === exemption.ownerId
      );
    case 'lead':
      return exemption.state !== 'closed' && nag.deadline === exemption.deadline;
    case 'reviewers':
      return closing?.state === 'waiting';
  }
}

async function readSecurity(db: Queryable, { roles }: Pick<Policy, 'roles'>): Promise<NagModel['mentions']> {
  const level = { roles: ['security'] as const, groups: [], users: [], waitMinutes: null };
  const { users, groups } = await whomOf(db, roles, level);
  return { users, groups };
}
