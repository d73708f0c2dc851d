import { useRef } from 'react';
import { Blocks } from '../blocks/draw-blocks.tsx';
import { SpotProvider } from '../blocks/scene.ts';
import { FormProvider, useViewForm } from '../fields/form.tsx';
import type { Acked, GivenValues, View } from '../wire/types.ts';
import { useModalFocus } from './use-modal-focus.ts';
import { useSubmit } from './use-submit.ts';
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
  const { busy, trouble, submit } = useSubmit(view, form, frame, props.onSubmit);
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
