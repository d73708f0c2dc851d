import { useEffect, useState, type FormEvent, type RefObject } from 'react';
import { fieldProblem } from '../fields/check.ts';
import type { Form } from '../fields/form.tsx';
import type { Acked, GivenValues, View } from '../wire/types.ts';

/** Checks, sends, and shows what was wrong beside the fields; the first wrong one takes the focus. */
export function useSubmit(
  view: View,
  form: Form,
  frame: RefObject<HTMLFormElement | null>,
  send: (values: GivenValues) => Promise<Acked | undefined>,
): { busy: boolean; trouble: string; submit: (event: FormEvent) => void } {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals > 0) frame.current?.querySelector<HTMLElement>('.field-wrong :is(input, textarea)')?.focus();
  }, [frame, refusals]);

  const show = (errors: Record<string, string>): void => {
    const count = Object.keys(errors).length;
    form.setErrors(errors);
    setTrouble(count === 1 ? 'One field needs another look.' : `${count} fields need another look.`);
    setRefusals((before) => before + 1);
  };
  const submit = async (): Promise<void> => {
    if (busy || view.submit_disabled === true) return;
    const wrong = ownProblems(view, form);
    if (Object.keys(wrong).length > 0) return show(wrong);
    setBusy(true);
    setTrouble('');
    form.setErrors({});
    const acked = await send(form.given());
    setBusy(false);
    if (acked === undefined) setTrouble('The workspace did not take it. Try again?');
    else if (acked.error !== undefined) setTrouble(acked.error);
    else if (acked.errors) show(acked.errors);
  };
  return {
    busy,
    trouble,
    submit: (event) => {
      event.preventDefault();
      void submit();
    },
  };
}

function ownProblems(view: View, form: Form): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const block of view.blocks) {
    if (block.type !== 'input') continue;
    const { element, block_id: blockId = '' } = block;
    if (element.type === 'file_input' || element.type === 'rich_text_input') continue;
    const problem = fieldProblem(element, form.valueOf(blockId, element));
    if (problem !== undefined) problems[blockId] = problem;
  }
  return problems;
}
