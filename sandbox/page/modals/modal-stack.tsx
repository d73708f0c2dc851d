import { useLayoutEffect, useRef, type ReactNode } from 'react';
import type { Deeds } from '../parts/use-deeds.ts';
import type { View } from '../wire/types.ts';
import { ModalView } from './modal-view.tsx';

/**
 * A person's modals, one on another, in the browser's own dialog: it holds the focus and gives it back. Those below
 * the top stay as they are, with all that was typed in them.
 */
export function ModalStack(props: { views: readonly View[]; deeds: Deeds; children?: ReactNode }) {
  const { views, deeds } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const top = views.at(-1);
  const isOpen = top !== undefined;

  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element || element.open === isOpen) return;
    if (isOpen) return element.showModal();
    element.close();
    // What was pressed may be gone by now.
    if (document.activeElement === document.body) document.getElementById('messages')?.focus();
  }, [isOpen]);

  const close = (all: boolean): void => {
    if (top) void deeds.close(top.id, all);
  };
  return (
    <dialog
      ref={dialog}
      className={views.length > 1 ? 'modal modal-stacked' : 'modal'}
      aria-labelledby={top ? `modal-${top.id}` : undefined}
      // The workspace decides what is open; Escape only asks it.
      onCancel={(event) => {
        if (event.target === event.currentTarget) event.preventDefault();
      }}
      onClick={(event) => {
        // A link to a place of this page leads to what lies under the modals.
        const { target } = event;
        if (target instanceof Element && target.closest('a[href^="#"]')) close(true);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        close(false);
      }}
    >
      {views.map((view, index) => (
        <ModalView
          key={view.id}
          view={view}
          shown={view === top}
          depth={index}
          onSubmit={(values) => deeds.submit(view.id, values)}
          onClose={close}
        />
      ))}
      {props.children}
    </dialog>
  );
}
