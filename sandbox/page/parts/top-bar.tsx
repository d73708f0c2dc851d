import type { Person } from '../wire/types.ts';
import { ActingAs } from './acting-as.tsx';
import { ClockBar } from './clock-bar.tsx';
import { Mark } from './mark.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import type { Deeds } from './use-deeds.ts';

export function TopBar(props: {
  now: Date;
  people: readonly Person[];
  me: Person;
  trafficOpen: boolean;
  onMove: Deeds['moveClock'];
  onChoose: (id: string) => void;
  onTraffic: () => void;
}) {
  return (
    <>
      {/* The address names the channel, so the link moves the focus without changing it. */}
      <a className="skip" href="#messages" onClick={focusMessages}>
        Skip to messages
      </a>
      <header className="top">
        <div className="brand">
          <Mark />
          <span>
            Mutabık <em>sandbox</em>
          </span>
        </div>
        <ClockBar now={props.now} onMove={props.onMove} />
        <ActingAs people={props.people} me={props.me} onChoose={props.onChoose} />
        <div className="top-buttons">
          <button type="button" className="button" aria-pressed={props.trafficOpen} onClick={props.onTraffic}>
            Traffic
          </button>
          <ThemeSwitch />
        </div>
      </header>
    </>
  );
}

function focusMessages(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById('messages')?.focus();
}
