import { encodePartId } from '../blocks/actions.ts';
import { exemptionDetail } from '../blocks/exemptions-detail.ts';
import { EXEMPTION_FILTER_BLOCK, exemptionList } from '../blocks/exemptions-list.ts';
import { maySee } from '../src/exemptions/find-exemption.ts';
import { listExemptions } from '../src/exemptions/list-exemptions.ts';
import { loadExemption } from '../src/exemptions/load-exemption.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Press } from './desk.ts';
import { refused } from './exemptions-answer.ts';
import { channelOf, readListed, type ListedExemptions } from './exemptions-places.ts';
import type { ExemptionParts } from './exemptions.ts';

/** Everything that is known of one, for whoever may see it. */
export async function openDetail(
  desk: Desk,
  parts: ExemptionParts,
  person: Person,
  { id, channelId }: { id: string; channelId: string | null },
): Promise<Answer> {
  const zone = desk.policy.business.time_zone;
  const model = await loadExemption(desk.pool, id, { now: desk.clock.now(), zone });
  if (model === null || !maySee(model.exemption, person)) return refused({ why: 'not_found' }, person);
  const message = model.pendingExtension?.message ?? null;
  // A link is no reason to show nothing.
  const link = message === null ? null : await parts.linkTo(message).catch(() => null);
  return { as: 'view', view: exemptionDetail(model, { channelId, link }, makeTexts(person.locale)) };
}

/** The register, as it was asked for. Whoever holds no role sees what is theirs. */
export async function showList(desk: Desk, person: Person, wanted: ListedExemptions): Promise<Answer> {
  const ownOnly = person.roles.size === 0;
  const zone = desk.policy.business.time_zone;
  const which = ownOnly ? 'mine' : wanted.which;
  const { risk, page, channelId } = wanted;
  const list = await listExemptions(desk.pool, {
    now: desk.clock.now(),
    zone,
    filter: { which, risk, ...identityOf(person) },
    page,
  });
  const model = { ...list, filter: { which, risk }, ownOnly, timeZone: zone };
  return { as: 'view', view: exemptionList(model, channelId, makeTexts(person.locale)) };
}

/** By what the register knows whose something is. */
function identityOf({ userId, key, roles }: Person) {
  return { userId, key, isSecurity: roles.has('security') };
}

/** The first page of all that is overdue, or of what else a button names. */
export async function pressList(desk: Desk, press: Press, person: Person): Promise<Answer> {
  const which = press.id === 'overdue' ? 'overdue' : 'open';
  return await showList(desk, person, { which, risk: null, page: 1, channelId: channelOf(press) });
}

/** Another filter begins on the first page; another page keeps the filter. */
export async function chooseList(desk: Desk, press: Press, person: Person): Promise<Answer> {
  const { view } = press.place;
  if (view === null) return { as: 'nothing' };
  const kept = readListed(view.metadata);
  const chosen = (part: 'which' | 'risk'): string | undefined =>
    view.values[EXEMPTION_FILTER_BLOCK]?.[encodePartId('exemptions', 'filter', part)]?.selected_option?.value;
  const risk = chosen('risk');
  const page = press.id === '' ? 1 : Number(press.id);
  const asked = {
    ...kept,
    which: chosen('which') ?? kept.which,
    // "any" is none of them.
    risk: risk === undefined ? kept.risk : risk,
    page,
  };
  return await showList(desk, person, readListed(JSON.stringify(asked)));
}
