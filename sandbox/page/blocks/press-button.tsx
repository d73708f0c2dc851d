import type { Button } from '@slack/types';
import { useState } from 'react';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { useScene, useSpot } from './scene.ts';

export function PressButton({ button, blockId }: { button: Button; blockId: string | undefined }) {
  const { press } = useScene();
  const spot = useSpot();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);

  const send = async (): Promise<void> => {
    setAsking(false);
    setBusy(true);
    await press({
      ...spot,
      action_id: button.action_id ?? '',
      ...(blockId === undefined ? {} : { block_id: blockId }),
      ...(button.value === undefined ? {} : { value: button.value }),
    });
    setBusy(false);
  };
  const className = `element-button ${button.style === undefined ? '' : `element-${button.style}`}`;
  if (button.url !== undefined && /^https?:/i.test(button.url)) {
    return (
      <a
        className={className}
        href={button.url}
        target="_blank"
        rel="noreferrer noopener"
        onClick={() => void send()}
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
        disabled={busy}
        aria-busy={busy}
        onClick={() => (button.confirm ? setAsking(true) : void send())}
      >
        {button.text.text}
      </button>
      {asking && button.confirm && (
        <ConfirmDialog confirm={button.confirm} onYes={() => void send()} onNo={() => setAsking(false)} />
      )}
    </>
  );
}
