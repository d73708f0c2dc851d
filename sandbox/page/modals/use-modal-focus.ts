import { useLayoutEffect, useRef, type RefObject } from 'react';
import type { View } from '../wire/types.ts';

/**
 * Where the focus goes when a modal comes to the top, and when an update took away what had it: the field that asks
 * for it, else the title, so that a screen reader begins at the top.
 */
export function useModalFocus(frame: RefObject<HTMLFormElement | null>, view: View, shown: boolean): void {
  const wasShown = useRef(false);
  useLayoutEffect(() => {
    const form = frame.current;
    const comesUp = shown && !wasShown.current;
    wasShown.current = shown;
    if (!form || !shown) return;
    // After the dialog itself has opened, which moves the focus by rules of its own.
    const turn = requestAnimationFrame(() => {
      if (!comesUp && form.contains(document.activeElement)) return;
      const wanted = form.querySelector<HTMLElement>('[data-focus="true"]') ?? form.querySelector('h2');
      wanted?.focus({ preventScroll: wanted.tagName === 'H2' });
    });
    return () => cancelAnimationFrame(turn);
  }, [frame, shown, view.id, view.hash]);
}
