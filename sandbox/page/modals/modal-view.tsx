import { useRef, useState, type FormEvent } from 'react';
import { Blocks } from '../blocks/draw-blocks.tsx';
import { SpotProvider } from '../blocks/scene.ts';
import { fieldProblem } from '../fields/check.ts';
import { FormProvider, useViewForm, type Form } from '../fields/form.tsx';
import type { Acked, GivenValues, View } from '../wire/types.ts';
import { useModalFocus } from './use-modal-focus.ts';
import { useViewSpot } from './use-view-spot.ts';

interface ModalProps {
  view: View;
  /** Is it the top of the stack? */
  shown: boolean;
  depth: number;
  onSubmit: (values: GivenValues) => Promise<Acked | undefined>;
  onClose: (all: boolean) => void;
}

export function ModalView(props: ModalProps) {
  const { view, shown, depth, onClose } = props;
  const form = useViewForm(view);
  const frame = useRef<HTMLFormElement>(null);
  const { busy, trouble, submit } = useSubmit(props, form, frame);
  useModalFocus(frame, view, shown);
  const spot = useViewSpot(view.id);
  return (
    <form ref={frame} className="modal-view" hidden={!shown} noValidate onSubmit={submit}>
      <header className="modal-head">
        {depth > 0 && (
          <button
            type="button"
            className="button button-quiet"
            aria-label="Back"
            onClick={() => onClose(false)}
          >
            <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
              <path d="M12 4.5L6.5 10l5.5 5.5" />
            </svg>
          </button>
        )}
        <h2 id={`modal-${view.id}`} tabIndex={-1}>
          {view.title?.text ?? ''}
        </h2>
        <button
          type="button"
          className="button button-quiet"
          aria-label={depth > 0 ? 'Close all' : 'Close'}
          onClick={() => onClose(depth > 0)}
        >
          <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M5 5l10 10M15 5L5 15" />
          </svg>
        </button>
      </header>
      <div className="modal-body">
        <SpotProvider value={spot}>
          <FormProvider form={form}>
            <Blocks blocks={view.blocks} />
          </FormProvider>
        </SpotProvider>
      </div>
      <div className="modal-trouble" role="alert">
        {trouble}
      </div>
      <footer className="modal-foot">
        <button type="button" className="element-button" onClick={() => onClose(false)}>
          {view.close?.text ?? (view.submit ? 'Cancel' : 'Close')}
        </button>
        {view.submit && (
          <button
            type="submit"
            className="element-button element-primary"
            aria-disabled={busy || view.submit_disabled === true}
            aria-busy={busy}
          >
            {view.submit.text}
          </button>
        )}
      </footer>
    </form>
  );
}

/** Checks, sends, and shows what was wrong beside the fields; the first wrong one takes the focus. */
function useSubmit(props: ModalProps, form: Form, frame: React.RefObject<HTMLFormElement | null>) {
  const { view } = props;
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const show = (errors: Record<string, string>): void => {
    form.setErrors(errors);
    const count = Object.keys(errors).length;
    setTrouble(
      count === 0 ? '' : count === 1 ? 'One field needs another look.' : `${count} fields need another look.`,
    );
    // After the next drawing, when the fields know.
    requestAnimationFrame(() =>
      frame.current?.querySelector<HTMLElement>('.field-wrong :is(input, textarea)')?.focus(),
    );
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || view.submit_disabled === true) return;
    const wrong = ownProblems(view, form);
    if (Object.keys(wrong).length > 0) return show(wrong);
    setBusy(true);
    setTrouble('');
    const acked = await props.onSubmit(form.given());
    setBusy(false);
    if (acked?.errors) show(acked.errors);
    else form.setErrors({});
    if (acked === undefined) setTrouble('The workspace did not take it. Try again?');
    if (acked?.error !== undefined) setTrouble(acked.error);
  };
  return { busy, trouble, submit: (event: FormEvent) => void submit(event) };
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
