import { itemsOf } from '../blocks/schema.ts';
import { parseJsonBody } from '../http.ts';
import { isJsonObject, type JsonObject } from '../types.ts';
import { ackAnswer, cannot, done, isAnswer, payloadBase, personIn, textIn, type Act } from './act.ts';
import { findElement, placeOf } from './click.ts';

const MAX_OPTIONS = 100;

/** POST /sandbox/options: what a select shows a person who typed `value` into it. */
export const options: Act = async (workspace, body) => {
  const person = personIn(workspace, body);
  if (isAnswer(person)) return person;
  const place = placeOf(workspace, body, person);
  if (isAnswer(place)) return place;
  const found = findElement(place.blocks, { ...body, value: undefined });
  if (found === undefined) return cannot(`action_not_found: ${String(body['action_id'])}`);
  const typed = textIn(body, 'value') ?? '';
  const { element, blockId } = found;
  if (!String(element['type']).includes('external_select')) return done(ownOptions(element, typed));
  const { min_query_length: least = 3 } = element;
  if (typed.length < Number(least)) return done({ options: [] });
  const ack = await workspace.deliveries.sendInteraction({
    type: 'block_suggestion',
    ...payloadBase(person),
    ...place.payload(),
    action_id: element['action_id'],
    block_id: blockId,
    value: typed,
  });
  const reply = parseJsonBody(Buffer.from(ack.body));
  if (ack.error !== undefined || reply === undefined) return ackAnswer(ack, { options: [] });
  const offered = [...itemsOf(reply['options']), ...itemsOf(reply['option_groups'])];
  if (offered.length > MAX_OPTIONS) return ackAnswer(ack, { options: [], error: 'too_many_options' });
  return done(reply);
};

function ownOptions(element: JsonObject, typed: string): object {
  const grouped = itemsOf(element['option_groups']).flatMap((group) =>
    isJsonObject(group) ? itemsOf(group['options']) : [],
  );
  const all = [...itemsOf(element['options']), ...grouped].filter(isJsonObject);
  return {
    options: all.filter((option) =>
      String((option['text'] as JsonObject)['text'])
        .toLocaleLowerCase('en')
        .includes(typed.toLocaleLowerCase('en')),
    ),
  };
}
