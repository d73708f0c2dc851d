import { useState } from 'react';
import { useScene, useSpot } from '../blocks/scene.ts';
import type { Acked, Pressed } from '../wire/types.ts';
import { useForm } from './form.tsx';

type Chosen = Pick<Pressed, 'value' | 'option'>;

/** Presses one element; busy until the app's ack. In a view it carries what stands in the fields. */
export function usePress(
  actionId: string | undefined,
  blockId: string | undefined,
): { busy: boolean; send: (chosen: Chosen) => Promise<Acked | undefined> } {
  const { press } = useScene();
  const spot = useSpot();
  const form = useForm();
  const [busy, setBusy] = useState(false);
  const send = async (chosen: Chosen): Promise<Acked | undefined> => {
    setBusy(true);
    const acked = await press({
      ...spot,
      action_id: actionId ?? '',
      ...(blockId === undefined ? {} : { block_id: blockId }),
      ...chosen,
      ...(form ? { values: form.given() } : {}),
    });
    setBusy(false);
    return acked;
  };
  return { busy, send };
}
