import { mayHandIn } from '../src/exemptions/rights.ts';
import { readExemption } from '../src/exemptions/store.ts';
import { MOST_EXTENSIONS } from '../src/exemptions/types.ts';
import { NO_TENANT } from '../src/overrides/types.ts';
import type { Person } from '../src/people/types.ts';
import type { Answer, Desk } from './desk.ts';
import { refused } from './exemptions-answer.ts';
import type { ExemptionParts } from './exemptions.ts';
import { showForm } from './overrides-ask.ts';

/**
 * The form that asks for more time: an override, which two others approve. A third extension there is none: whoever asks
 * for it is refused, and it is escalated. Domain section 7.
 */
export async function openExtension(
  desk: Desk,
  { overrides }: ExemptionParts,
  person: Person,
  { exemptionId, channelId }: { exemptionId: string; channelId: string | null },
): Promise<Answer> {
  const exemption = await readExemption(desk.pool, exemptionId);
  if (exemption === null) return refused({ why: 'not_found' }, person);
  if (exemption.extensions >= MOST_EXTENSIONS || !mayHandIn(exemption, person)) {
    return refused(await overrides.refuseExtension(desk.clock.now(), exemption, person), person);
  }
  const from = { payoutId: null, findingId: null, cardId: null };
  const origin = { kind: 'exemption', tenantId: NO_TENANT, subjectId: exemption.id, from };
  return await showForm(desk, overrides, person, { origin, channelId });
}
