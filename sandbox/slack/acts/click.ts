import { interactiveElements, placedBlocks } from '../blocks/whole.ts';
import { findMessage } from '../look-up.ts';
import { messageShape } from '../shapes.ts';
import { type Channel, type JsonObject, type Person, type StoredView } from '../types.ts';
import { homeOf, stateValues, viewShape } from '../view-stack.ts';
import type { Workspace } from '../workspace.ts';
import {
  ackAnswer,
  cannot,
  channelIn,
  isAnswer,
  payloadBase,
  personIn,
  textIn,
  type Act,
  type ActAnswer,
} from './act.ts';
import { choiceOf, optionOf } from './choice.ts';

interface Found {
  blockId: string;
  element: JsonObject;
}

/** Where an element stands: the fields of its payload, its blocks, and the view that keeps its choice. */
interface Place {
  blocks: unknown;
  payload: () => JsonObject;
  view?: StoredView;
}

/** POST /sandbox/click: a person presses a button or chooses in a message, an ephemeral, a modal or Home. */
export const click: Act = async (workspace, body) => {
  const person = personIn(workspace, body);
  if (isAnswer(person)) return person;
  const place = placeOf(workspace, body, person);
  if (isAnswer(place)) return place;
  const found = findElement(place.blocks, body);
  if (found === undefined) return cannot(`action_not_found: ${String(body['action_id'])}`);
  const action = actionItem(workspace, found, body);
  if (action === undefined) return cannot('option_not_found');
  if (place.view !== undefined) keepChoice(workspace, place.view, found, body);
  const ack = await workspace.deliveries.sendInteraction({
    type: 'block_actions',
    ...payloadBase(person),
    trigger_id: workspace.tickets.issueTrigger(person.id),
    ...place.payload(),
    actions: [action],
  });
  return ackAnswer(ack);
};

/** The place a body names: a view, Home, or a message of a channel. */
export function placeOf(workspace: Workspace, body: JsonObject, person: Person): Place | ActAnswer {
  const viewId = textIn(body, 'view_id');
  if (viewId !== undefined || body['home'] === true) {
    const view =
      viewId === undefined ? homeOf(workspace.state, person.id) : workspace.state.views.get(viewId);
    if (view === undefined || view.user !== person.id) return cannot('view_not_found');
    return {
      view,
      blocks: view.view['blocks'],
      payload: () => ({ container: { type: 'view', view_id: view.id }, view: viewShape(view) }),
    };
  }
  const channel = channelIn(workspace, body, person);
  if (isAnswer(channel)) return channel;
  return messagePlace(workspace, channel, textIn(body, 'ts') ?? '', person);
}

function messagePlace(workspace: Workspace, channel: Channel, ts: string, person: Person): Place | ActAnswer {
  const { state, tickets } = workspace;
  const message = findMessage(state, channel.id, ts);
  const ephemeral = state.ephemerals.find((one) => one.ts === ts && one.channel === channel.id);
  if (ephemeral !== undefined && ephemeral.user !== person.id) return cannot('message_not_found');
  const shown = message ?? ephemeral;
  if (shown === undefined) return cannot('message_not_found');
  const isEphemeral = message === undefined;
  const thread = shown.threadTs === undefined ? {} : { thread_ts: shown.threadTs };
  return {
    blocks: shown.blocks,
    payload: () => ({
      container: {
        type: 'message',
        message_ts: ts,
        channel_id: channel.id,
        is_ephemeral: isEphemeral,
        ...thread,
      },
      channel: { id: channel.id, name: channel.isIm ? 'directmessage' : channel.name },
      message:
        message === undefined
          ? { type: 'message', ts, user: person.id, text: shown.text, blocks: shown.blocks, ...thread }
          : messageShape(state, message, { allMetadata: false }),
      state: { values: stateValues(shown.blocks, {}) },
      response_url: tickets.issueResponseUrl({
        user: person.id,
        channel: channel.id,
        messageTs: ts,
        isEphemeral,
        ...(shown.threadTs === undefined ? {} : { threadTs: shown.threadTs }),
      }),
    }),
  };
}

/** The element with that action_id; block_id and a button's value tell twins apart. */
export function findElement(blocks: unknown, body: JsonObject): Found | undefined {
  const { action_id: actionId, block_id: blockId, value } = body;
  const all = placedBlocks(blocks, '').flatMap((placed) =>
    interactiveElements(placed)
      .filter(({ element }) => element['action_id'] === actionId)
      .filter(() => blockId === undefined || placed.block['block_id'] === blockId)
      .map(({ element }): Found => ({ blockId: String(placed.block['block_id']), element })),
  );
  const [first] = all;
  if (first?.element['type'] !== 'button' || value === undefined) return first;
  return all.find(({ element }) => element['value'] === value);
}

function actionItem(workspace: Workspace, found: Found, body: JsonObject): JsonObject | undefined {
  const { element, blockId } = found;
  const common = {
    type: element['type'],
    action_id: element['action_id'],
    block_id: blockId,
    action_ts: workspace.state.nextTs(),
  };
  const chosen = body['option'] ?? body['value'];
  switch (element['type']) {
    case 'button':
    case 'icon_button':
      return { ...common, text: element['text'], ...fieldsOf(element, 'value', 'style', 'url') };
    case 'overflow': {
      const option = optionOf(element, chosen);
      return option === undefined ? undefined : { ...common, selected_option: option };
    }
    case 'feedback_buttons':
    case 'workflow_button':
      return { ...common, value: chosen };
    default: {
      const choice = choiceOf(workspace, element, chosen);
      return choice === undefined ? undefined : { ...common, ...choice, ...fieldsOf(element, 'placeholder') };
    }
  }
}

function keepChoice(workspace: Workspace, view: StoredView, found: Found, body: JsonObject): void {
  const choice = choiceOf(workspace, found.element, body['option'] ?? body['value']);
  if (choice === undefined) return;
  (view.values[found.blockId] ??= {})[String(found.element['action_id'])] = choice;
  workspace.state.saveView(view);
}

function fieldsOf(element: JsonObject, ...names: string[]): JsonObject {
  return Object.fromEntries(
    names.filter((name) => element[name] !== undefined).map((name) => [name, element[name]]),
  );
}
