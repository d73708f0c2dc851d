import type { ExemptionFacts } from '../src/overrides/types.ts';
import { mentionUser } from './actor.ts';
import { capitalised, describeClass } from './findings.ts';
import type { Medium } from './medium.ts';

const NAME_LIMIT = 120;
const MITIGATION_LIMIT = 1_000;

/** What people call it, and what it is about. */
export function nameOfExemption(
  { number, name }: Pick<ExemptionFacts, 'number' | 'name'>,
  medium: Medium,
): string {
  return `EX-${number} ${medium.foreign(name, NAME_LIMIT)}`;
}

/** An exemption for which more time is asked: a name and a value each, two in a row. */
export function exemptionFields(facts: ExemptionFacts, medium: Medium): string[][] {
  const { texts, strong } = medium;
  const fact = (name: string, value: string): string[] => [strong(capitalised(name, texts)), value];
  const isRoute = facts.route === 'procure' || facts.route === 'rotate';
  return [
    fact(texts.t('overrides.exemption.name'), nameOfExemption(facts, medium)),
    fact(texts.t('overrides.exemption.place'), medium.foreign(facts.place, NAME_LIMIT)),
    fact(texts.t('overrides.exemption.risk'), describeClass(facts.risk, texts)),
    fact(
      texts.t('overrides.exemption.route'),
      isRoute ? texts.t(`overrides.exemption.${facts.route as 'procure' | 'rotate'}`) : facts.route,
    ),
    fact(texts.t('overrides.exemption.owner'), ownerOf(facts, medium)),
    fact(texts.t('overrides.exemption.deadline'), texts.day(facts.deadline)),
    fact(texts.t('overrides.exemption.first_deadline'), texts.day(facts.firstDeadline)),
    fact(
      texts.t('overrides.exemption.extensions'),
      texts.t('overrides.exemption.extended', { count: facts.extensions }),
    ),
  ];
}

/** What is done meanwhile, and how it stands. */
export function exemptionLines(facts: ExemptionFacts, medium: Medium): string[] {
  const { texts, strong } = medium;
  const { closedOn, mitigation } = facts;
  return [
    strong(texts.t('overrides.exemption.mitigation')),
    mitigation === ''
      ? texts.t('overrides.exemption.no_mitigation')
      : medium.foreign(mitigation, MITIGATION_LIMIT),
    ...(closedOn === null ? [] : [texts.t('overrides.exemption.closed', { day: texts.day(closedOn) })]),
    ...(facts.isOverdue ? [`⚠️ ${texts.t('overrides.exemption.overdue')}`] : []),
    texts.t('overrides.read', { at: medium.at(new Date(facts.readAt)) }),
  ];
}

function ownerOf({ ownerId }: ExemptionFacts, medium: Medium): string {
  return ownerId === 'security' ? medium.texts.t('people.role.security') : mentionUser(ownerId, medium);
}
