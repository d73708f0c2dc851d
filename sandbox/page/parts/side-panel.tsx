import { useEffect, useRef, type ReactNode } from 'react';

/** A panel beside the channel (over it on a phone). It takes the focus when it opens; Escape closes it. */
export function SidePanel(props: {
  title: string;
  /** For panels that need more room than a thread. */
  wide?: boolean;
  closeLabel: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <aside
      className={props.wide === true ? 'panel panel-wide' : 'panel'}
      aria-label={props.title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        // Escape in a dialog belongs to the dialog.
        if (event.target instanceof Element && event.target.closest('dialog')) return;
        props.onClose();
      }}
    >
      <header className="panel-head">
        <h2 ref={heading} tabIndex={-1}>
          {props.title}
        </h2>
        <button type="button" className="button" aria-label={props.closeLabel} onClick={props.onClose}>
          Close
        </button>
      </header>
      {props.children}
    </aside>
  );
}
