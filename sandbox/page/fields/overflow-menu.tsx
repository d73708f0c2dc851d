import type { Overflow } from '@slack/types';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { ConfirmDialog } from '../blocks/confirm-dialog.tsx';
import { Popup } from './popup.tsx';
import { usePress } from './use-press.ts';

/** Further actions behind three dots; a menu that arrow keys walk through. */
export function OverflowMenu({ element, blockId }: { element: Overflow; blockId: string | undefined }) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState<string>();
  const { busy, send } = usePress(element.action_id, blockId);
  const id = useId();
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const choose = ({ value: option = '', url }: Overflow['options'][number]): void => {
    close();
    if (url !== undefined && /^https?:/i.test(url)) window.open(url, '_blank', 'noopener,noreferrer');
    if (element.confirm) setAsked(option);
    else void send({ option });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="element-button element-overflow"
        aria-label="More actions"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-disabled={busy}
        onClick={() => setOpen(!open && !busy)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3 8h.01M8 8h.01M13 8h.01" />
        </svg>
      </button>
      {open && <Menu element={element} id={id} anchor={button} onChoose={choose} onClose={close} />}
      {asked !== undefined && element.confirm && (
        <ConfirmDialog
          confirm={element.confirm}
          onYes={() => {
            setAsked(undefined);
            void send({ option: asked });
          }}
          onNo={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

function Menu(props: {
  element: Overflow;
  id: string;
  anchor: React.RefObject<HTMLButtonElement | null>;
  onChoose: (option: Overflow['options'][number]) => void;
  onClose: () => void;
}) {
  const items = useRef<(HTMLButtonElement | null)[]>([]);
  const { onClose, anchor } = props;
  useEffect(() => items.current[0]?.focus(), []);
  useEffect(() => {
    const away = (event: PointerEvent): void => {
      const target = event.target as Node;
      const inside = items.current.some((item) => item?.contains(target)) || anchor.current?.contains(target);
      if (inside !== true) onClose();
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [anchor, onClose]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const { length } = props.element.options;
    const at = items.current.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + length, Home: 0, End: length - 1 }[event.key];
    if (to !== undefined) items.current[to % length]?.focus();
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    if (to === undefined && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Popup anchor={anchor} id={props.id} role="menu" label="More actions" onKeyDown={onKeyDown}>
      {props.element.options.map((option, index) => (
        <button
          key={option.value ?? index}
          ref={(item) => void (items.current[index] = item)}
          type="button"
          role="menuitem"
          tabIndex={-1}
          className="offer"
          onClick={() => props.onChoose(option)}
        >
          <span className="offer-words">
            {option.text.text}
            {option.description && <span className="offer-description"> {option.description.text}</span>}
          </span>
        </button>
      ))}
    </Popup>
  );
}
