import { useCallback, useLayoutEffect, useRef, type RefObject } from 'react';

/** Pixels of scrolling back that still count as being at the end. */
const TOLERANCE_PX = 80;

/**
 * Shows the newest entry when it comes: all of it, or its beginning when it is taller than the list. A reader who has
 * scrolled back is left alone. Returns the list's onScroll.
 */
export function useFollowing(list: RefObject<HTMLElement | null>, newest: string | undefined): () => void {
  const following = useRef(true);
  const shownFrom = useRef(0);

  useLayoutEffect(() => {
    const element = list.current;
    const last = element?.lastElementChild;
    if (!element || !last || !following.current) return;
    const beginning =
      last.getBoundingClientRect().top - element.getBoundingClientRect().top + element.scrollTop;
    element.scrollTop = Math.min(element.scrollHeight, beginning);
    // Read back: the browser doesn't scroll past the end.
    shownFrom.current = element.scrollTop;
  }, [list, newest]);

  return useCallback(() => {
    if (list.current) following.current = list.current.scrollTop >= shownFrom.current - TOLERANCE_PX;
  }, [list]);
}
