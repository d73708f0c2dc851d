import { useEffect, useState } from 'react';
import { useScene, useSpot } from '../blocks/scene.ts';
import { matching, offersOf, ownOffers, type OfferGroup, type Picker } from './options.ts';

/** A pause in typing that is long enough to ask the app. */
const PAUSE_MS = 250;
/** docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select */
const DEFAULT_QUERY_LENGTH = 3;

export interface Offers {
  groups: readonly OfferGroup[];
  /** Said in place of a list. */
  remark: string | undefined;
}

/** What a select offers for the words typed: its own options, or what the app answers. */
export function useOffers(
  element: Picker,
  blockId: string | undefined,
  open: boolean,
  typed: string,
): Offers {
  const scene = useScene();
  const spot = useSpot();
  const own = ownOffers(element, scene);
  const asks = own === undefined && open;
  const least =
    'min_query_length' in element ? (element.min_query_length ?? DEFAULT_QUERY_LENGTH) : DEFAULT_QUERY_LENGTH;
  const short = typed.trim().length < least;
  const [answer, setAnswer] = useState<Offers>({ groups: [], remark: 'Asking the app…' });
  const { suggest } = scene;

  useEffect(() => {
    if (!asks || short) return;
    let over = false;
    setAnswer({ groups: [], remark: 'Asking the app…' });
    const timer = window.setTimeout(async () => {
      const question = { ...spot, action_id: element.action_id ?? '', value: typed.trim() };
      const reply = await suggest(blockId === undefined ? question : { ...question, block_id: blockId });
      if (over) return;
      const groups = offersOf(reply);
      const remark = reply.error ?? (groups.length === 0 ? 'Nothing found.' : undefined);
      setAnswer({ groups, remark });
    }, PAUSE_MS);
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [asks, short, typed, spot, suggest, element.action_id, blockId]);

  if (own) {
    const groups = matching(own, typed.trim());
    return { groups, remark: groups.length === 0 ? 'Nothing found.' : undefined };
  }
  if (short) return { groups: [], remark: `Type ${least === 1 ? 'a letter' : `${least} letters`} or more.` };
  return answer;
}
