import type { Exemption, SECURITY_OWNER, Standing } from '../src/exemptions/types.ts';
import type { Texts } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { describeClass } from './findings.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';

const SECURITY: typeof SECURITY_OWNER = 'security';
const NAME_LIMIT = 120;
const MITIGATION_LIMIT = 300;
const TICKET_LIMIT = 100;
const LINK_LIMIT = 150;

/** What stands anywhere about one: its row and where it stands. */
export interface Stood {
  exemption: Exemption;
  standing: Standing;
}

/** As people call it. */
export function nameOf({ number }: Pick<Exemption, 'number'>): string {
  return `EX-${number}`;
}

/** The secret or setting and its place; both are foreign text. `limit`: code points of each. */
export function describeWhat(
  { name, place }: Pick<Exemption, 'name' | 'place'>,
  medium: Medium,
  limit: number = NAME_LIMIT,
): string {
  return medium.texts.t('exemptions.what', {
    name: medium.foreign(name, limit),
    place: medium.foreign(place, limit),
  });
}

/** A person, or all of security. */
export function describeOwner(ownerId: string, medium: Medium): string {
  return ownerId === SECURITY ? medium.texts.t('exemptions.owner_security') : mentionUser(ownerId, medium);
}

/** Risk in symbol and word, and how it will be closed. */
export function describeRiskAndRoute(
  { risk, route }: Pick<Exemption, 'risk' | 'route'>,
  texts: Texts,
): string {
  return joined([describeClass(risk, texts), texts.t(`exemptions.route.${route}`)]);
}

/**
 * Where it stands in a symbol and words: closed, overdue (since when, and with more time until when), or how many days
 * are left. What is handed in and late is still called overdue. Domain section 7.
 */
export function describeStanding({ exemption, standing }: Stood, texts: Texts): string {
  if (exemption.state === 'closed') return `✅ ${texts.t('exemptions.stands.closed')}`;
  const time = timeWords({ exemption, standing }, texts);
  return exemption.state === 'closing' ? joined([time, `🔎 ${texts.t('exemptions.stands.closing')}`]) : time;
}

function timeWords({ exemption, standing }: Stood, texts: Texts): string {
  const { daysLeft, isOverdue, isPastDeadline } = standing;
  if (isPastDeadline) return `‼️ ${texts.t('exemptions.stands.overdue', { days: -daysLeft })}`;
  if (isOverdue) {
    const first = texts.day(exemption.firstDeadline);
    return `‼️ ${texts.t('exemptions.stands.overdue_extended', { first, days: daysLeft })}`;
  }
  return `${daysLeft <= 1 ? '⏰' : '⏳'} ${texts.t('exemptions.stands.left', { days: daysLeft })}`;
}

/** Until when; what was promised first stays visible once there is more time. */
export function describeDeadline(exemption: Exemption, texts: Texts): string {
  const deadline = texts.day(exemption.deadline);
  if (exemption.extensions === 0) return texts.t('exemptions.deadline', { deadline });
  const first = texts.day(exemption.firstDeadline);
  return texts.t('exemptions.deadline_extended', { deadline, first, count: exemption.extensions });
}

/** What keeps it harmless until then, its ticket, and what is linked; nothing where nothing was told. */
export function backgroundLines(
  { mitigation, ticket, links }: Pick<Exemption, 'mitigation' | 'ticket' | 'links'>,
  medium: Medium,
  mostLinks: number,
): string[] {
  const { texts } = medium;
  const all = links.split('\n').filter((link) => link.trim() !== '');
  const shown = all.slice(0, mostLinks).map((link) => `• ${medium.id(link, LINK_LIMIT)}`);
  const rest = all.length - shown.length;
  return [
    ...(mitigation === ''
      ? []
      : [texts.t('exemptions.mitigation', { words: medium.foreign(mitigation, MITIGATION_LIMIT) })]),
    ...(ticket === '' ? [] : [texts.t('exemptions.ticket', { ticket: medium.id(ticket, TICKET_LIMIT) })]),
    ...shown,
    ...(rest > 0 ? [texts.t('exemptions.more_links', { count: rest })] : []),
  ];
}
