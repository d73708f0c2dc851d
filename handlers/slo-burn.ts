import { renderBurnRefusal } from '../blocks/slo-burn-answers.ts';
import { acknowledgeBurn, MAY_ACKNOWLEDGE, type AcknowledgeDeps } from '../src/slo/acknowledge.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Press } from './desk.ts';
import type { Listeners } from './listener.ts';

/** Whoever presses Acknowledge on what burns has it. */
export function listenToBurns(listeners: Listeners, desk: Desk, parts: { deps: AcknowledgeDeps }): void {
  listeners.press({
    noun: 'slo',
    verb: 'acknowledge',
    roles: MAY_ACKNOWLEDGE,
    about: 'slo_episode',
    run: (press, person) => pressAcknowledge(desk, parts.deps, press, person),
  });
}

async function pressAcknowledge(
  { clock, policy }: Desk,
  deps: AcknowledgeDeps,
  { id }: Press,
  person: Person,
): Promise<Answer> {
  const outcome = await acknowledgeBurn(deps, clock.now(), { id, person });
  // The message itself says who has it.
  if (outcome.ok) return { as: 'nothing' };
  const texts = makeTexts(person.locale);
  return { as: 'words', content: renderBurnRefusal(outcome.refusal, texts, policy.business.time_zone) };
}
