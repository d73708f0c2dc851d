import { useId, useState } from 'react';

/** Enter sends, Shift and Enter begins a line. */
export function Composer(props: { label: string; onSend: (text: string) => Promise<boolean> }) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const id = useId();

  const send = async (): Promise<void> => {
    const words = text.trim();
    if (words === '' || busy) return;
    setBusy(true);
    const sent = await props.onSend(words);
    setBusy(false);
    if (sent) setText('');
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label className="unseen" htmlFor={id}>
        {props.label}
      </label>
      <textarea
        id={id}
        rows={1}
        value={text}
        placeholder={props.label}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <button type="submit" className="button button-strong" disabled={busy || text.trim() === ''}>
        Send
      </button>
    </form>
  );
}
