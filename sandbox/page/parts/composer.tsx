import { useId, useRef, useState } from 'react';
import { parseCommand } from '../texts/commands.ts';
import { CommandOffers, useCommandList } from './command-list.tsx';

/** Enter sends, Shift and Enter begins a line; a slash offers the app's commands. */
export function Composer(props: {
  label: string;
  onSend: (text: string) => Promise<boolean>;
  /** Absent where commands aren't taken: a thread has none. */
  onCommand?: (command: string, text: string) => Promise<boolean>;
}) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const id = useId();
  const line = useRef<HTMLTextAreaElement>(null);
  const list = useCommandList({
    id,
    typed: text,
    offered: props.onCommand !== undefined,
    onChoose: (name) => {
      setText(`${name} `);
      line.current?.focus();
    },
  });

  const send = async (): Promise<void> => {
    const words = text.trim();
    if (words === '' || busy) return;
    setBusy(true);
    const command = props.onCommand && parseCommand(words);
    const sent = command ? await props.onCommand?.(command.command, command.text) : await props.onSend(words);
    setBusy(false);
    if (sent === true) setText('');
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
        ref={line}
        id={id}
        rows={1}
        value={text}
        placeholder={props.label}
        aria-autocomplete="list"
        aria-controls={list.found.length > 0 ? list.id : undefined}
        aria-activedescendant={list.found.length > 0 ? `${list.id}-${list.active}` : undefined}
        onChange={(event) => {
          setText(event.currentTarget.value);
          list.show();
        }}
        onBlur={list.dismiss}
        onKeyDown={(event) => {
          if (list.takesKey(event)) return;
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <button type="submit" className="button button-strong" disabled={text.trim() === ''}>
        Send
      </button>
      <CommandOffers list={list} anchor={line} />
    </form>
  );
}
