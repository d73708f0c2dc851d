import { useEffect, useState, type KeyboardEvent } from 'react';

/** The keys of a line with a list under it: arrows move, Enter takes, Escape closes the list and nothing else. */
export function useListKeys(list: {
  open: boolean;
  count: number;
  /** The first offer becomes the active one when this changes. */
  typed: string;
  onOpen: () => void;
  onClose: () => void;
  onChoose: (index: number) => void;
  onEmptyBackspace?: () => void;
}): { active: number; onKeyDown: (event: KeyboardEvent) => void } {
  const { open, count, typed } = list;
  const [active, setActive] = useState(0);
  useEffect(() => setActive(0), [typed, open]);
  const bounded = Math.min(active, Math.max(0, count - 1));

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Backspace' && typed === '') return list.onEmptyBackspace?.();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) return list.onOpen();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      return setActive(count === 0 ? 0 : (bounded + step + count) % count);
    }
    if (event.key === 'Enter') {
      // Never the form's: Enter in a list chooses, Enter beside a closed one opens it.
      event.preventDefault();
      return open ? list.onChoose(bounded) : list.onOpen();
    }
    if (event.key === 'Escape' && open) {
      event.preventDefault();
      event.stopPropagation();
      list.onClose();
    }
  };
  return { active: bounded, onKeyDown };
}
