import { useRef, useState } from 'react';
import { useScene } from '../blocks/scene.ts';
import type { FieldProps } from './field-props.ts';
import { labelOf, type Offer, type Picker } from './options.ts';
import { useListKeys } from './use-list-keys.ts';
import { useOffers } from './use-offers.ts';
import { isMultiple, type Picked } from './value.ts';

/** What a select does: opens, searches, picks, and takes back. */
export function usePicking({ element, blockId, value, onChange }: FieldProps<Picker>) {
  const scene = useScene();
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const offers = useOffers(element, blockId, open, typed);
  const many = isMultiple(element.type);
  const chosen = typeof value === 'string' ? [] : value;
  const flat = offers.groups.flatMap((group) => group.offers);
  const nameOf = (one: Picked): string => labelOf(one, element, scene);

  const close = (): void => {
    setOpen(false);
    setTyped('');
  };
  const choose = ({ value: its, label }: Offer): void => {
    const rest = chosen.filter((one) => one.value !== its);
    // In a list of several a second choice takes the first back, and the list stays open.
    if (many) onChange(rest.length < chosen.length ? rest : [...chosen, { value: its, label }]);
    else onChange([{ value: its, label }]);
    if (many) setTyped('');
    else close();
  };
  const { active, onKeyDown } = useListKeys({
    open,
    count: flat.length,
    typed,
    onOpen: () => setOpen(true),
    onClose: close,
    onChoose: (index) => flat[index] && choose(flat[index]),
    onEmptyBackspace: () => many && chosen.length > 0 && onChange(chosen.slice(0, -1)),
  });
  const [first] = chosen;
  return {
    box,
    open,
    typed,
    chosen,
    offers,
    active: flat.length === 0 ? -1 : active,
    onKeyDown,
    nameOf,
    /** What stands in the line while nobody types. */
    resting: many || !first ? '' : nameOf(first),
    show: () => setOpen(true),
    type: (words: string) => {
      setTyped(words);
      setOpen(true);
    },
    close,
    choose,
    remove: (one: Picked) => onChange(chosen.filter((other) => other !== one)),
  };
}
