import { useState } from 'react';
import { BUSINESS_ZONE, clockTime, exactTime, nextMorning, shortDay } from '../texts/times.ts';
import type { ClockStep } from './use-deeds.ts';

interface Move {
  label: string;
  from: number;
  to: number;
}

/** The sandbox's clock and the ways to move it. Moving runs all that falls due in between. */
export function ClockBar(props: { now: Date; onMove: (step: ClockStep) => Promise<void> }) {
  const { now } = props;
  const [move, setMove] = useState<Move>();
  const morning = nextMorning(now);
  const start = async (label: string, to: number, step: ClockStep): Promise<void> => {
    if (move) return;
    setMove({ label, from: now.getTime(), to });
    await props.onMove(step);
    setMove(undefined);
  };
  const mover = (label: string, title: string, to: number, step: ClockStep) => (
    <button
      type="button"
      className="button"
      title={title}
      aria-disabled={move !== undefined}
      aria-busy={move?.label === label}
      onClick={() => void start(label, to, step)}
    >
      {label}
    </button>
  );
  const hours = (count: number): number => now.getTime() + count * 3_600_000;
  return (
    <div className="clock" role="group" aria-label="Sandbox clock">
      <time className="clock-time" dateTime={now.toISOString()} title={exactTime(now, BUSINESS_ZONE)}>
        <span className="clock-day">{shortDay(now, BUSINESS_ZONE)}</span>
        <strong>{clockTime(now, BUSINESS_ZONE)}</strong>
        <span className="clock-zone">Istanbul</span>
      </time>
      <div className="clock-moves">
        {mover('+1 h', 'Advance 1 hour', hours(1), { advance: '1h' })}
        {mover('+24 h', 'Advance 24 hours', hours(24), { advance: '24h' })}
        {mover(
          `To ${morning.today ? 'today' : 'tomorrow'} 09:00`,
          `Advance to ${exactTime(morning.at, BUSINESS_ZONE)}`,
          morning.at.getTime(),
          { to: morning.at.toISOString() },
        )}
      </div>
      {move && <Progress move={move} now={now} />}
    </div>
  );
}

function Progress({ move, now }: { move: Move; now: Date }) {
  const share = Math.min(1, Math.max(0, (now.getTime() - move.from) / Math.max(1, move.to - move.from)));
  return (
    <div className="clock-busy">
      <span role="status">Running what falls due…</span>
      <progress max={1} value={share} aria-label="Moving the clock" />
    </div>
  );
}
