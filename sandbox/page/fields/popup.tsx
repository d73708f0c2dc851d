import { useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';

/** Pixels between a popup and the edge of the window. */
const MARGIN = 8;
const GAP = 4;

/**
 * A list that lies over everything, modals included: the browser's own top layer. It stands under its anchor, or
 * above it where there is more room.
 */
export function Popup(props: {
  anchor: RefObject<HTMLElement | null>;
  id?: string;
  role: 'listbox' | 'menu';
  label: string;
  multiple?: boolean;
  onKeyDown?: (event: React.KeyboardEvent) => void;
  children: ReactNode;
}) {
  const popup = useRef<HTMLDivElement>(null);
  const { anchor } = props;
  useLayoutEffect(() => {
    const element = popup.current;
    if (!element) return;
    element.showPopover();
    const place = (): void => {
      if (anchor.current) placeBeside(element, anchor.current);
    };
    place();
    window.addEventListener('resize', place);
    document.addEventListener('scroll', place, true);
    const size = new ResizeObserver(place);
    size.observe(element);
    return () => {
      window.removeEventListener('resize', place);
      document.removeEventListener('scroll', place, true);
      size.disconnect();
    };
  }, [anchor]);
  return (
    <div
      ref={popup}
      popover="manual"
      className="popup"
      id={props.id}
      role={props.role}
      aria-label={props.label}
      aria-multiselectable={props.multiple}
      onKeyDown={props.onKeyDown}
      // The focus stays where it is: a click chooses.
      onMouseDown={(event) => event.preventDefault()}
    >
      {props.children}
    </div>
  );
}

function placeBeside(popup: HTMLElement, anchor: HTMLElement): void {
  const { left, top, bottom, width } = anchor.getBoundingClientRect();
  const below = window.innerHeight - bottom - GAP - MARGIN;
  const above = top - GAP - MARGIN;
  popup.style.minWidth = `${width}px`;
  popup.style.maxHeight = '320px';
  const wanted = popup.scrollHeight + 2;
  const under = below >= Math.min(wanted, 320) || below >= above;
  const height = Math.min(320, under ? below : above);
  popup.style.maxHeight = `${height}px`;
  popup.style.top = under ? `${bottom + GAP}px` : `${top - GAP - Math.min(wanted, height)}px`;
  popup.style.left = `${Math.max(MARGIN, Math.min(left, window.innerWidth - popup.offsetWidth - MARGIN))}px`;
}
