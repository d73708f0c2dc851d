import type { TrafficCall } from '../wire/types.ts';

export interface Wanted {
  direction: 'both' | TrafficCall['direction'];
  refusedOnly: boolean;
  /** Part of a method's or event's name. */
  words: string;
}

export const EVERYTHING: Wanted = { direction: 'both', refusedOnly: false, words: '' };

export function passes(call: TrafficCall, wanted: Wanted): boolean {
  return (
    (wanted.direction === 'both' || wanted.direction === call.direction) &&
    (!wanted.refusedOnly || !call.ok) &&
    call.method.toLowerCase().includes(wanted.words.trim().toLowerCase())
  );
}

const DIRECTIONS = [
  ['both', 'Both ways'],
  ['api', 'App calls'],
  ['delivery', 'Deliveries'],
] as const;

export function TrafficFilter(props: { wanted: Wanted; onChange: (wanted: Wanted) => void; count: string }) {
  const { wanted, onChange } = props;
  return (
    <div className="traffic-bar">
      <fieldset className="segments">
        <legend className="unseen">Direction</legend>
        {DIRECTIONS.map(([direction, label]) => (
          <label key={direction}>
            <input
              type="radio"
              name="direction"
              checked={wanted.direction === direction}
              onChange={() => onChange({ ...wanted, direction })}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <input
        type="search"
        className="traffic-words"
        aria-label="Method or event"
        placeholder="Method or event"
        value={wanted.words}
        onChange={(event) => onChange({ ...wanted, words: event.currentTarget.value })}
      />
      <label className="traffic-refusals">
        <input
          type="checkbox"
          checked={wanted.refusedOnly}
          onChange={(event) => onChange({ ...wanted, refusedOnly: event.currentTarget.checked })}
        />{' '}
        Refused and failed only
      </label>
      <span className="traffic-count" role="status">
        {props.count}
      </span>
    </div>
  );
}
