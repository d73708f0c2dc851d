import type { Button } from '@slack/types';
import { useState } from 'react';
import { usePress } from '../fields/use-press.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

export function PressButton({ button, blockId }: { button: Button; blockId: string | undefined }) {
  const [asking, setAsking] = useState(false);
  const { busy, send } = usePress(button.action_id, blockId);
  const pressed = button.value === undefined ? {} : { value: button.value };
  const className = `element-button ${button.style === undefined ? '' : `element-${button.style}`}`;
  if (button.url !== undefined && /^https?:/i.test(button.url)) {
    return (
      <a
        className={className}
        href={button.url}
        target="_blank"
        rel="noreferrer noopener"
        onClick={() => void send(pressed)}
      >
        {button.text.text}
      </a>
    );
  }
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={button.accessibility_label}
        // Not disabled: that would take the focus away.
        aria-disabled={busy}
        aria-busy={busy}
        onClick={() => {
          if (busy) return;
          if (button.confirm) setAsking(true);
          else void send(pressed);
        }}
      >
        {button.text.text}
      </button>
      {asking && button.confirm && (
        <ConfirmDialog
          confirm={button.confirm}
          onYes={() => {
            setAsking(false);
            void send(pressed);
          }}
          onNo={() => setAsking(false)}
        />
      )}
    </>
  );
}
