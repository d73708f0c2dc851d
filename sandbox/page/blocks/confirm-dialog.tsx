import type { ConfirmationDialog } from '@slack/types';
import { useEffect, useId, useRef } from 'react';
import { Text } from './rich-text.tsx';

/** The browser's own dialog: it holds the focus, closes on Escape and gives the focus back. */
export function ConfirmDialog(props: { confirm: ConfirmationDialog; onYes: () => void; onNo: () => void }) {
  const { confirm } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      onClose={props.onNo}
      // Escape ends this question and nothing around it.
      onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
    >
      <h2 id={titleId}>{confirm.title?.text ?? 'Are you sure?'}</h2>
      <Text text={confirm.text} />
      <div className="dialog-buttons">
        <button type="button" className="element-button" onClick={props.onNo}>
          {confirm.deny?.text ?? 'Cancel'}
        </button>
        <button
          type="button"
          className={`element-button element-${confirm.style ?? 'primary'}`}
          onClick={props.onYes}
        >
          {confirm.confirm?.text ?? 'Yes'}
        </button>
      </div>
    </dialog>
  );
}
