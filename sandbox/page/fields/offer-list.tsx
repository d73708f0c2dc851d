import { useEffect, type RefObject } from 'react';
import type { Offer } from './options.ts';
import { Popup } from './popup.tsx';
import type { Offers } from './use-offers.ts';

/** The open list of a select; the keyboard stays in the select's own line. */
export function OfferList(props: {
  anchor: RefObject<HTMLElement | null>;
  id: string;
  label: string;
  multiple: boolean;
  offers: Offers;
  /** Index of the offer that Enter would take, counted over all groups. */
  active: number;
  isChosen: (offer: Offer) => boolean;
  onChoose: (offer: Offer) => void;
}) {
  const { id, active } = props;
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  let index = -1;
  return (
    <Popup anchor={props.anchor} id={id} role="listbox" label={props.label} multiple={props.multiple}>
      {props.offers.remark !== undefined && <p className="popup-remark">{props.offers.remark}</p>}
      {props.offers.groups.map(({ title, offers }, group) => (
        <div key={group} role="group" aria-label={title === '' ? undefined : title}>
          {title !== '' && (
            <p className="popup-title" aria-hidden="true">
              {title}
            </p>
          )}
          {offers.map((offer) => {
            index += 1;
            const chosen = props.isChosen(offer);
            return (
              <div
                key={offer.value}
                id={`${id}-${index}`}
                role="option"
                className={index === active ? 'offer offer-active' : 'offer'}
                aria-selected={chosen}
                onClick={() => props.onChoose(offer)}
              >
                <span className="offer-words">
                  {offer.label}
                  {offer.description !== undefined && (
                    <span className="offer-description"> {offer.description}</span>
                  )}
                </span>
                {chosen && <Tick />}
              </div>
            );
          })}
        </div>
      ))}
    </Popup>
  );
}

function Tick() {
  return (
    <svg className="offer-tick" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3.5 8.5l3 3 6-7" />
    </svg>
  );
}
