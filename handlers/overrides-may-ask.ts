import { renderExemptionRefusal } from '../blocks/exemptions-answers.ts';
import { mayHandIn } from '../src/exemptions/rights.ts';
import { readExemption } from '../src/exemptions/store.ts';
import { MOST_EXTENSIONS } from '../src/exemptions/types.ts';
import { MAY_CORRECT } from '../src/slo/add-window.ts';
import type { Person, Role } from '../src/people/types.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { admitPerson } from './admit.ts';
import type { Desk, Submission } from './desk.ts';
import type { OverrideParts } from './overrides.ts';

/** Who may ask for something to be done by hand about money. */
export const MAY_ASK: readonly Role[] = ['ops', 'managers', 'leads'];

/**
 * Why somebody may not ask for this, noted; null: they may. About money it takes a role; more time for an exemption is for
 * whoever holds it, whatever the modal says.
 */
export async function refuseAsking(
  desk: Desk,
  { refuseExtension }: Pick<OverrideParts, 'refuseExtension'>,
  submission: Submission,
  person: Person,
  { kind, subjectId }: { kind: string; subjectId: string },
): Promise<MessageContent | null> {
  if (kind !== 'exemption') {
    const isWindow = kind === 'slo_window';
    const subject = { kind: isWindow ? 'slo_window' : 'transaction', id: subjectId } as const;
    const admitted = await admitPerson(desk, submission, person, {
      roles: isWindow ? MAY_CORRECT : MAY_ASK,
      action: 'overrides.ask',
      subject,
    });
    return admitted.ok ? null : admitted.words;
  }
  const exemption = await readExemption(desk.pool, subjectId);
  const texts = makeTexts(person.locale);
  if (exemption === null) return renderExemptionRefusal({ why: 'not_found' }, texts);
  if (exemption.extensions < MOST_EXTENSIONS && mayHandIn(exemption, person)) return null;
  return renderExemptionRefusal(await refuseExtension(desk.clock.now(), exemption, person), texts);
}
