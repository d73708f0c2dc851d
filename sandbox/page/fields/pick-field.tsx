import { spoken, type FieldProps } from './field-props.ts';
import { OfferList } from './offer-list.tsx';
import type { Picker } from './options.ts';
import { PickedChips } from './picked-chips.tsx';
import { usePicking } from './use-picking.ts';
import { isMultiple } from './value.ts';

/** A select in which one types to search: of one, or of several that stand as chips before the line. */
export function PickField(props: FieldProps<Picker>) {
  const { element, id } = props;
  const many = isMultiple(element.type);
  const picking = usePicking(props);
  const { open, chosen, offers, active, resting } = picking;
  const placeholder = element.placeholder?.text ?? 'Choose';
  return (
    <div
      ref={picking.box}
      className={many ? 'pick pick-many' : 'pick'}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && picking.close()}
    >
      {many && <PickedChips chosen={chosen} labelOf={picking.nameOf} onRemove={picking.remove} />}
      <input
        {...spoken(props)}
        type="text"
        className="pick-line"
        role="combobox"
        aria-expanded={open}
        aria-controls={open ? `${id}-list` : undefined}
        aria-autocomplete="list"
        aria-activedescendant={open && active >= 0 ? `${id}-list-${active}` : undefined}
        autoComplete="off"
        data-focus={element.focus_on_load}
        placeholder={resting !== '' ? resting : chosen.length > 0 ? '' : placeholder}
        value={open ? picking.typed : resting}
        onChange={(event) => picking.type(event.currentTarget.value)}
        onClick={picking.show}
        onKeyDown={picking.onKeyDown}
      />
      {!many && chosen.length > 0 && props.clearable === true && !open && (
        <button type="button" className="pick-clear" aria-label="Clear" onClick={() => props.onChange([])}>
          ×
        </button>
      )}
      <span className="pick-arrow" aria-hidden="true" />
      {open && (
        <OfferList
          anchor={picking.box}
          id={`${id}-list`}
          label={props.name ?? placeholder}
          multiple={many}
          offers={offers}
          active={active}
          isChosen={(offer) => chosen.some((one) => one.value === offer.value)}
          onChoose={picking.choose}
        />
      )}
    </div>
  );
}
