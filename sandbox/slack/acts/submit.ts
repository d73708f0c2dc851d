import { isRefusal } from '../answer.ts';
import { itemsOf } from '../blocks/schema.ts';
import type { Ack } from '../deliveries/delivery.ts';
import { parseJsonBody } from '../http.ts';
import { acceptView, placeOnStack, rewriteView } from '../methods/views.ts';
import { isJsonObject, type JsonObject, type Person, type StoredView } from '../types.ts';
import { MAX_STACK, stateValues, viewShape, viewsOf } from '../view-stack.ts';
import type { Workspace } from '../workspace.ts';
import {
  ackAnswer,
  cannot,
  done,
  isAnswer,
  payloadBase,
  personIn,
  textIn,
  type Act,
  type ActAnswer,
} from './act.ts';
import { choiceOf, inputProblem } from './choice.ts';

const TROUBLE = 'We had some trouble connecting. Try again?';

/** POST /sandbox/submit: a person fills in a modal and presses its submit button. */
export const submit: Act = async (workspace, body) => {
  const person = personIn(workspace, body);
  if (isAnswer(person)) return person;
  const view = workspace.state.views.get(textIn(body, 'view_id') ?? '');
  if (view === undefined || view.user !== person.id || view.type !== 'modal') return cannot('view_not_found');
  const wrong = fillIn(workspace, view, body['values']);
  if (wrong !== undefined) return wrong;
  workspace.state.saveView(view);
  const errors = refusedInputs(view);
  if (Object.keys(errors).length > 0) return done({ ack_ms: 0, status: 0, errors });
  const ack = await workspace.deliveries.sendInteraction({
    type: 'view_submission',
    ...payloadBase(person),
    trigger_id: workspace.tickets.issueTrigger(person.id),
    view: viewShape(view),
    response_urls: [],
  });
  const answer = ack.error === undefined ? followReply(workspace, person, view, ack) : ackAnswer(ack);
  await workspace.journal.flush();
  return answer;
};

/** POST /sandbox/close: a person dismisses a modal, or the whole stack when it says so. */
export const close: Act = async (workspace, body) => {
  const person = personIn(workspace, body);
  if (isAnswer(person)) return person;
  const stack = viewsOf(workspace.state, person.id);
  const view = stack.find((one) => one.id === textIn(body, 'view_id'));
  if (view === undefined) return cannot('view_not_found');
  const all = view.view['clear_on_close'] === true || body['all'] === true;
  const closed = stack.filter((one) => all || one.depth >= view.depth);
  for (const one of closed) workspace.state.dropView(one);
  await workspace.journal.flush();
  let answer = done();
  for (const one of closed.toReversed()) {
    if (one.view['notify_on_close'] !== true) continue;
    const ack = await workspace.deliveries.sendInteraction({
      type: 'view_closed',
      ...payloadBase(person),
      view: { ...viewShape(one), state: { values: {} } },
      is_cleared: all,
    });
    answer = ackAnswer(ack);
  }
  return answer;
};

function fillIn(workspace: Workspace, view: StoredView, values: unknown): ActAnswer | undefined {
  const blocks = itemsOf(view.view['blocks']).filter(isJsonObject);
  for (const [blockId, actions] of Object.entries(isJsonObject(values) ? values : {})) {
    const block = blocks.find((one) => one['block_id'] === blockId);
    for (const [actionId, given] of Object.entries(isJsonObject(actions) ? actions : {})) {
      const element = [block?.['element'], block?.['accessory'], ...itemsOf(block?.['elements'])]
        .filter(isJsonObject)
        .find((one) => one['action_id'] === actionId);
      if (element === undefined) return cannot(`input_not_found: ${blockId}.${actionId}`);
      const choice = choiceOf(workspace, element, given);
      if (choice === undefined) return cannot(`option_not_found: ${blockId}.${actionId}`);
      (view.values[blockId] ??= {})[actionId] = choice;
    }
  }
  return undefined;
}

function refusedInputs(view: StoredView): Record<string, string> {
  const state = stateValues(view.view['blocks'], view.values);
  const errors: Record<string, string> = {};
  for (const block of itemsOf(view.view['blocks']).filter(isJsonObject)) {
    if (block['type'] !== 'input') continue;
    const blockId = String(block['block_id']);
    const element = block['element'] as JsonObject;
    const problem = inputProblem(block, state[blockId]?.[String(element['action_id'])]);
    if (problem !== undefined) errors[blockId] = problem;
  }
  return errors;
}

/** What the app's reply asks for: https://docs.slack.dev/surfaces/modals#response_actions */
function followReply(workspace: Workspace, person: Person, view: StoredView, ack: Ack): ActAnswer {
  const { state } = workspace;
  const reply = parseJsonBody(Buffer.from(ack.body));
  if (reply === undefined) return ackAnswer(ack, { error: TROUBLE });
  switch (reply['response_action']) {
    case undefined:
      state.dropView(view);
      return ackAnswer(ack);
    case 'clear':
      for (const one of viewsOf(state, person.id)) state.dropView(one);
      return ackAnswer(ack);
    case 'errors':
      return ackAnswer(
        ack,
        areInputErrors(view, reply['errors']) ? { errors: reply['errors'] } : { error: TROUBLE },
      );
    case 'update':
    case 'push': {
      const next = acceptView(workspace, reply['view'], 'modal');
      if (isRefusal(next)) return ackAnswer(ack, { error: TROUBLE, refused: next });
      const isPush = reply['response_action'] === 'push';
      if (isPush && viewsOf(state, person.id).length >= MAX_STACK)
        return ackAnswer(ack, { error: 'push_limit_reached' });
      state.saveView(isPush ? placeOnStack(workspace, person.id, next) : rewriteView(view, next));
      return ackAnswer(ack);
    }
    default:
      return ackAnswer(ack, { error: TROUBLE });
  }
}

/** Keys must be block_ids of input blocks. */
function areInputErrors(view: StoredView, errors: unknown): boolean {
  const inputs = itemsOf(view.view['blocks'])
    .filter(isJsonObject)
    .filter((block) => block['type'] === 'input')
    .map((block) => block['block_id']);
  return isJsonObject(errors) && Object.keys(errors).every((key) => inputs.includes(key));
}
