import { useState, type KeyboardEvent, type RefObject } from 'react';
import { OfferList } from '../fields/offer-list.tsx';
import { useListKeys } from '../fields/use-list-keys.ts';
import { commandsFor, type Command } from '../texts/commands.ts';

export interface CommandList {
  found: readonly Command[];
  active: number;
  id: string;
  /** Opens again after it was dismissed. */
  show: () => void;
  dismiss: () => void;
  choose: (name: string) => void;
  /** True: the key was the list's. */
  takesKey: (event: KeyboardEvent) => boolean;
}

/** The commands that what was typed may become; none where commands aren't taken. */
export function useCommandList(line: {
  id: string;
  typed: string;
  offered: boolean;
  onChoose: (name: string) => void;
}): CommandList {
  const { typed, offered, onChoose } = line;
  const [dismissed, setDismissed] = useState(false);
  const found = offered && !dismissed ? commandsFor(typed) : [];
  const keys = useListKeys({
    open: found.length > 0,
    count: found.length,
    typed,
    onOpen: () => setDismissed(false),
    onClose: () => setDismissed(true),
    onChoose: (index) => onChoose(found[index]?.name ?? typed),
  });
  return {
    found,
    active: keys.active,
    id: `${line.id}-commands`,
    show: () => setDismissed(false),
    dismiss: () => setDismissed(true),
    choose: onChoose,
    takesKey: (event) => {
      // A whole command is sent as it stands; half of one takes what the list offers.
      const whole = event.key === 'Enter' && found.some(({ name }) => name === typed);
      if (found.length === 0 || whole) return false;
      keys.onKeyDown(event);
      return event.defaultPrevented;
    },
  };
}

export function CommandOffers(props: { list: CommandList; anchor: RefObject<HTMLElement | null> }) {
  const { list, anchor } = props;
  if (list.found.length === 0) return null;
  const offers = list.found.map(({ name, does, hint }) => ({
    value: name,
    label: name,
    description: `${hint} ${does}`,
  }));
  return (
    <OfferList
      anchor={anchor}
      id={list.id}
      label="Commands"
      multiple={false}
      offers={{ remark: undefined, groups: [{ title: 'Commands of Mutabık', offers }] }}
      active={list.active}
      isChosen={() => false}
      onChoose={(offer) => list.choose(offer.value)}
    />
  );
}
