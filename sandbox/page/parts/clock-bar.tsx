import { useState } from 'react';
import { BUSINESS_ZONE, clockTime, exactTime, nextMorning, shortDay } from '../texts/times.ts';

/** The sandbox's clock and the ways to move it. Moving runs all that falls due in between. */
export function ClockBar(props: {
  now: Date;
  onMove: (step: { advance: string } | { to: string }) => Promise<void>;
}) {
  const { now } = props;
  const [busy, setBusy] = useState<string>();
  const morning = nextMorning(now);
  const morningDay = morning.today ? 'today' : 'tomorrow';
  const move = async (what: string, step: { advance: string } | { to: string }): Promise<void> => {
    setBusy(what);
    await props.onMove(step);
    setBusy(undefined);
  };
  const mover = (what: string, label: string, step: { advance: string } | { to: string }) => (
    <button
      type="button"
      className="button"
      disabled={busy !== undefined}
      aria-busy={busy === what}
      onClick={() => void move(what, step)}
    >
      {label}
    </button>
  );
  return (
    <div className="clock" role="group" aria-label="Sandbox clock">
      <time className="clock-time" dateTime={now.toISOString()} title={exactTime(now, BUSINESS_ZONE)}>
        <span className="clock-day">{shortDay(now, BUSINESS_ZONE)}</span>
        <strong>{clockTime(now, BUSINESS_ZONE)}</strong>
        <span className="clock-zone">Istanbul</span>
      </time>
      <div className="clock-moves">
        {mover('1h', '+1 h', { advance: '1h' })}
        {mover('24h', '+24 h', { advance: '24h' })}
        {mover('morning', `To ${morningDay} 09:00`, { to: morning.at.toISOString() })}
      </div>
      {busy !== undefined && (
        <span className="clock-busy" role="status">
          Running what falls due…
        </span>
      )}
    </div>
  );
}
