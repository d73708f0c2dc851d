import type { ConfirmationDialog } from '@slack/types';
import { useState } from 'react';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { useScene, useSpot } from './scene.ts';

export interface ChoiceOption {
  value: string;
  label: string;
}

/** A select or an overflow as the browser's own select; choosing is the click. */
export function Choice(props: {
  actionId: string;
  blockId: string | undefined;
  placeholder: string;
  options: readonly ChoiceOption[];
  initial?: string | undefined;
  confirm?: ConfirmationDialog | undefined;
}) {
  const { press } = useScene();
  const spot = useSpot();
  const [asked, setAsked] = useState<string>();
  const [busy, setBusy] = useState(false);

  const send = async (option: string): Promise<void> => {
    setAsked(undefined);
    setBusy(true);
    await press({
      ...spot,
      action_id: props.actionId,
      ...(props.blockId === undefined ? {} : { block_id: props.blockId }),
      option,
    });
    setBusy(false);
  };
  return (
    <>
      <select
        className="element-select"
        aria-label={props.placeholder}
        value={props.initial ?? ''}
        disabled={busy}
        onChange={(event) => {
          const option = event.currentTarget.value;
          if (props.confirm) setAsked(option);
          else void send(option);
        }}
      >
        <option value="" disabled hidden>
          {props.placeholder}
        </option>
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {asked !== undefined && props.confirm && (
        <ConfirmDialog
          confirm={props.confirm}
          onYes={() => void send(asked)}
          onNo={() => setAsked(undefined)}
        />
      )}
    </>
  );
}
