import { encodePartId } from '../blocks/actions.ts';
import { renderNotKnown, renderPayoutsHelp } from '../blocks/payouts-answers.ts';
import { renderPayoutDetail } from '../blocks/payouts-detail.ts';
import {
  filterOf,
  PAYOUT_FILTER_BLOCK,
  PAYOUT_FILTERS,
  renderPayoutList,
  STUCK,
  type PayoutFilterName,
} from '../blocks/payouts-list.ts';
import { renderNotice } from '../blocks/notice.ts';
import { findPayout } from '../src/payouts/find-payout.ts';
import { listPayouts } from '../src/payouts/list-payouts.ts';
import { loadDetail } from '../src/payouts/load-payout.ts';
import { NO_FILTER, type PayoutFilter } from '../src/payouts/types.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, CommandCall, Desk, PlaceView, Press } from './desk.ts';
import type { PayoutParts } from './payouts.ts';
import { rememberedAt } from './payouts-places.ts';
import { isId } from './review-finding.ts';
import { typedText } from './typed-text.ts';
import { within } from './within.ts';

/** A link is no reason to wait. */
const LINK_LIMIT_MS = 300;
/** Longer than any id or name that a person would type. */
const LONGEST_TYPED = 200;

/** Words that people type for what is listed, in either language. */
const FAILED_WORDS: ReadonlySet<string> = new Set(['failed', 'başarısız']);
const STUCK_WORDS: ReadonlySet<string> = new Set(['stuck', 'takılmış', 'takılı']);
const HELP_WORDS: ReadonlySet<string> = new Set(['help', 'yardım']);

export function isHelp(text: string): boolean {
  return HELP_WORDS.has(text.toLowerCase());
}

/** `/payouts`: all, those that failed or stand still, those of a provider, or one. */
export async function runPayouts(
  desk: Desk,
  parts: PayoutParts,
  call: CommandCall,
  person: Person,
): Promise<Answer> {
  const typed = typedText(call.text, LONGEST_TYPED);
  const word = typed.toLowerCase();
  const texts = makeTexts(person.locale);
  const { channelId } = call.place;
  const list = (filter: PayoutFilter) => show(desk, person, { channelId, page: 1, filter });
  if (isHelp(typed)) return { as: 'words', content: renderPayoutsHelp(texts) };
  if (word === '') return await list(NO_FILTER);
  if (FAILED_WORDS.has(word)) return await list({ ...NO_FILTER, state: 'payout_failed' });
  if (STUCK_WORDS.has(word)) return await list({ ...NO_FILTER, state: STUCK });
  const payoutId = await findPayout(desk.pool, typed);
  if (payoutId !== null) return await showDetail(desk, parts, payoutId, person, { channelId });
  const { choices } = await listPayouts(desk.pool, desk.policy, desk.clock.now(), {
    filter: NO_FILTER,
    page: 1,
  });
  const provider = choices.providers.find((name) => name.toLowerCase() === word);
  if (provider !== undefined) return await list({ ...NO_FILTER, provider });
  const { time_zone: zone } = desk.policy.business;
  return { as: 'words', content: renderNotKnown(typed, texts, zone) };
}

/** All that one message stands for. */
export async function showGroup(desk: Desk, press: Press, person: Person): Promise<Answer> {
  const { channelId } = rememberedAt(press.place);
  const group = isId(press.id) ? press.id : null;
  if (group === null) return notThere(person);
  return await show(desk, person, { channelId, page: 1, filter: { ...NO_FILTER, group } });
}

/** Another filter begins on the first page; another page keeps the filter. */
export async function choosePayouts(desk: Desk, press: Press, person: Person): Promise<Answer> {
  const { view } = press.place;
  if (view === null) return { as: 'nothing' };
  const { channelId, list } = rememberedAt(press.place);
  const filter = filterOf(readChosen(view), list?.filter ?? NO_FILTER);
  const page = /^\d{1,6}$/.test(press.id) ? Number(press.id) : 1;
  return await show(desk, person, { channelId, page, filter });
}

async function show(
  desk: Desk,
  person: Person,
  { channelId, ...wanted }: { channelId: string | null; page: number; filter: PayoutFilter },
): Promise<Answer> {
  const model = await listPayouts(desk.pool, desk.policy, desk.clock.now(), wanted);
  return { as: 'view', view: renderPayoutList(model, makeTexts(person.locale), channelId) };
}

/** Details as they are now; `notice` is said first. */
export async function showDetail(
  desk: Desk,
  parts: PayoutParts,
  payoutId: string,
  person: Person,
  place: { channelId: string | null; notice?: readonly string[] },
): Promise<Answer> {
  const detail = await loadDetail(desk.pool, payoutId, parts.show);
  if (detail === null) return notThere(person);
  const [link, overrideLink] = await Promise.all([
    linkOf(parts, detail.card),
    linkOf(parts, detail.override?.message ?? null),
  ]);
  const shown = { ...place, link, overrideLink };
  return { as: 'view', view: renderPayoutDetail(detail, makeTexts(person.locale), shown) };
}

type MessageToLink = Parameters<PayoutParts['linkTo']>[0];

/** What was pressed names no payout of ours. */
export function notThere(person: Person): Answer {
  const words = makeTexts(person.locale).t('payouts.refused.not_found');
  return { as: 'words', content: renderNotice('❔', [words]) };
}

async function linkOf(parts: PayoutParts, message: MessageToLink | null): Promise<string | null> {
  if (message === null) return null;
  const timely = await within(
    LINK_LIMIT_MS,
    parts.linkTo(message).catch(() => null),
  );
  return timely.inTime ? timely.value : null;
}

/** What the menus show now; a menu that Slack does not report stays as it was. */
function readChosen({ values }: PlaceView): Partial<Record<PayoutFilterName, string>> {
  const chosen: Partial<Record<PayoutFilterName, string>> = {};
  for (const name of PAYOUT_FILTERS) {
    const menu = values[PAYOUT_FILTER_BLOCK]?.[encodePartId('payouts', 'filter', name)];
    const value = menu?.selected_option?.value;
    if (value !== undefined) chosen[name] = typedText(value, LONGEST_TYPED);
  }
  return chosen;
}
