import type { Picked } from './value.ts';

/** What was picked from a list of several, each with a way out. */
export function PickedChips(props: {
  chosen: readonly Picked[];
  labelOf: (one: Picked) => string;
  onRemove: (one: Picked) => void;
}) {
  return props.chosen.map((one) => {
    const label = props.labelOf(one);
    return (
      <span key={one.value} className="chip">
        {label}
        <button type="button" aria-label={`Remove ${label}`} onClick={() => props.onRemove(one)}>
          ×
        </button>
      </span>
    );
  });
}
