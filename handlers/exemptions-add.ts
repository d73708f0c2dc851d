import { addForm } from '../blocks/exemptions-form.ts';
import { businessDayOf } from '../src/business-day.ts';
import { addExemption } from '../src/exemptions/add-exemption.ts';
import { lastDeadline } from '../src/exemptions/standing.ts';
import { LIMITS } from '../src/exemptions/types.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, SubmitAnswer, Submission, ViewValues } from './desk.ts';
import { answerSubmission } from './exemptions-answer.ts';
import type { ExemptionParts } from './exemptions.ts';
import { typedIn } from './typed-text.ts';

const FIELDS = [
  'name',
  'place',
  'risk',
  'route',
  'owner',
  'deputy',
  'deadline',
  'mitigation',
  'ticket',
  'links',
] as const;

/** The empty form: nothing has to be read for it. */
export function openAdd({ clock, policy }: Desk, person: Person, channelId: string | null): Answer {
  const today = businessDayOf(clock.now(), policy.business.time_zone);
  const given = { ownerId: person.userId, last: lastDeadline(today), channelId };
  return { as: 'view', view: addForm(given, makeTexts(person.locale)) };
}

/** Opens it. What is missing or wrong is said beside its field. */
export async function submitAdd(
  { clock }: Desk,
  { deps }: ExemptionParts,
  submission: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const { values, id } = submission.view;
  const outcome = await addExemption(deps, clock.now(), {
    fields: {
      // One more than is allowed, so that what is too long is refused, not cut.
      name: typedIn(values, 'name', LIMITS.name + 1),
      place: typedIn(values, 'place', LIMITS.place + 1),
      risk: chosenIn(values, 'risk'),
      route: chosenIn(values, 'route'),
      ownerId: userIn(values, 'owner') ?? '',
      deputyId: userIn(values, 'deputy'),
      deadline: values['deadline']?.['deadline']?.selected_date ?? '',
      mitigation: typedIn(values, 'mitigation', LIMITS.mitigation + 1),
      ticket: typedIn(values, 'ticket', LIMITS.ticket + 1),
      links: typedIn(values, 'links', LIMITS.links + 1),
    },
    person,
    // A view means one exemption, however often its ack was lost and it is sent again.
    requestId: id,
  });
  return answerSubmission(outcome, { submission, done: 'added', fields: FIELDS }, person);
}

/** Whom a menu of people holds; null for nobody. */
export function userIn(values: ViewValues, name: string): string | null {
  return values[name]?.[name]?.selected_user ?? null;
}

function chosenIn(values: ViewValues, name: string): string {
  return values[name]?.[name]?.selected_option?.value ?? '';
}
