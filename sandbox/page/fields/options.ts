import type { MultiSelect, Select } from '@slack/types';
import type { Channel, Person, Suggestions } from '../wire/types.ts';
import { picked, type Picked } from './value.ts';

export type Picker = Select | MultiSelect;

/** Who and what an id may stand for. */
interface Known {
  people: ReadonlyMap<string, Person>;
  channels: ReadonlyMap<string, Channel>;
}

export interface Offer extends Picked {
  description?: string | undefined;
}

export interface OfferGroup {
  /** Empty: the options stand under no heading. */
  title: string;
  offers: Offer[];
}

/** What a select offers by itself; undefined when the app is asked. */
export function ownOffers(element: Picker, known: Known): OfferGroup[] | undefined {
  switch (element.type) {
    case 'static_select':
    case 'multi_static_select':
      return offersOf(element as Suggestions);
    case 'users_select':
    case 'multi_users_select':
      return [{ title: '', offers: [...known.people.values()].filter(isReachable).map(personOffer) }];
    case 'channels_select':
    case 'multi_channels_select':
    case 'conversations_select':
    case 'multi_conversations_select':
      return [
        {
          title: '',
          offers: [...known.channels.values()]
            .filter((channel) => !channel.is_im)
            .map(({ id, name }) => ({ value: id, label: `#${name}` })),
        },
      ];
    case 'external_select':
    case 'multi_external_select':
      return undefined;
  }
}

export function offersOf(given: Suggestions): OfferGroup[] {
  const groups = [
    ...(given.options ? [{ label: { text: '' }, options: given.options }] : []),
    ...(given.option_groups ?? []),
  ];
  return groups.map(({ label, options }) => ({
    title: label.text,
    offers: options.map((option) => ({ ...picked(option), description: option.description?.text })),
  }));
}

/** The offers whose words contain what was typed, without regard to case or accents. */
export function matching(groups: readonly OfferGroup[], typed: string): OfferGroup[] {
  const wanted = folded(typed);
  return groups
    .map(({ title, offers }) => ({
      title,
      offers: offers.filter((offer) => folded(`${offer.label} ${offer.description ?? ''}`).includes(wanted)),
    }))
    .filter(({ offers }) => offers.length > 0);
}

/** Ids as people call them. */
export function labelOf(one: Picked, element: Picker, known: Known): string {
  if (element.type.endsWith('users_select')) return known.people.get(one.value)?.name ?? one.label;
  const channel = known.channels.get(one.value);
  return channel && !element.type.includes('static') ? `#${channel.name}` : one.label;
}

function isReachable(person: { deleted: boolean; is_bot?: boolean }): boolean {
  return !person.deleted && person.is_bot !== true;
}

function personOffer(person: { id: string; name: string; real_name?: string }): Offer {
  return { value: person.id, label: person.name, description: person.real_name };
}

/** "Güneş", "GUNES" and "güneş" are the same here, and so are the four letters i of Turkish. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/ı/g, 'i').toLowerCase();
}
