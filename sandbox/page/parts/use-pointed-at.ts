import { useLayoutEffect, type RefObject } from 'react';

/** Brings the message that a link led to into sight and gives it the focus. */
export function usePointedAt(list: RefObject<HTMLElement | null>, at: string | undefined): void {
  useLayoutEffect(() => {
    if (at === undefined) return;
    const message = list.current?.querySelector<HTMLElement>(`[data-ts="${CSS.escape(at)}"]`);
    message?.focus({ preventScroll: true });
    message?.scrollIntoView({ block: 'center' });
  }, [list, at]);
}
