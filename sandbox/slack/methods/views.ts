import { createHash, randomBytes } from 'node:crypto';
import { malformed, type Args } from '../api/args.ts';
import type { ApiMethod } from '../api/method.ts';
import { isRefusal, refuse, refuseArguments, type Answer, type Refusal } from '../answer.ts';
import { withIds } from '../blocks/ids.ts';
import { validateView } from '../blocks/view.ts';
import { freshId } from '../state.ts';
import type { JsonObject, StoredView } from '../types.ts';
import { homeOf, MAX_STACK, viewShape, viewsOf } from '../view-stack.ts';
import type { Workspace } from '../workspace.ts';

const MAX_VIEW_BYTES = 250_000;

/** https://docs.slack.dev/reference/methods/views.open */
export const viewsOpen: ApiMethod = {
  scopes: [],
  tier: 4,
  required: ['view'],
  run(workspace, args) {
    const view = readView(workspace, args, 'modal');
    if (isRefusal(view)) return view;
    const trigger = workspace.tickets.useTrigger(args.text('trigger_id') ?? '');
    if ('error' in trigger) return refuse(trigger.error);
    for (const open of viewsOf(workspace.state, trigger.user)) workspace.state.dropView(open);
    return saved(workspace, placeOnStack(workspace, trigger.user, view));
  },
};

/** https://docs.slack.dev/reference/methods/views.push */
export const viewsPush: ApiMethod = {
  scopes: [],
  tier: 4,
  required: ['view'],
  run(workspace, args) {
    const view = readView(workspace, args, 'modal');
    if (isRefusal(view)) return view;
    const trigger = workspace.tickets.useTrigger(args.text('trigger_id') ?? '');
    if ('error' in trigger) return refuse(trigger.error);
    if (viewsOf(workspace.state, trigger.user).length >= MAX_STACK) return refuse('push_limit_reached');
    return saved(workspace, placeOnStack(workspace, trigger.user, view));
  },
};

/** https://docs.slack.dev/reference/methods/views.update */
export const viewsUpdate: ApiMethod = {
  scopes: [],
  tier: 4,
  required: ['view'],
  run(workspace, args) {
    const { state } = workspace;
    const view = readView(workspace, args, undefined);
    if (isRefusal(view)) return view;
    const externalId = args.text('external_id');
    const stored =
      state.views.get(args.text('view_id') ?? '') ??
      [...state.views.values()].find(
        (one) => externalId !== undefined && one.view['external_id'] === externalId,
      );
    if (stored === undefined) return refuse('not_found');
    if (view['type'] !== stored.type) return refuseArguments('invalid view type [json-pointer:/view/type]');
    const hash = args.text('hash');
    if (hash !== undefined && hash !== stored.hash) return refuse('hash_conflict');
    return saved(workspace, rewriteView(stored, view));
  },
};

/** https://docs.slack.dev/reference/methods/views.publish */
export const viewsPublish: ApiMethod = {
  scopes: [],
  tier: 4,
  required: ['user_id', 'view'],
  run(workspace, args) {
    const view = readView(workspace, args, 'home');
    if (isRefusal(view)) return view;
    const person = workspace.state.people.get(args.text('user_id') ?? '');
    if (person === undefined || person.deleted)
      return refuseArguments('invalid `user_id` [json-pointer:/user_id]');
    const current = homeOf(workspace.state, person.id);
    const hash = args.text('hash');
    if (hash !== undefined && hash !== current?.hash) return refuse('hash_conflict');
    if (current !== undefined) return saved(workspace, rewriteView(current, view));
    const id = freshId('V');
    return saved(workspace, {
      id,
      user: person.id,
      type: 'home',
      hash: freshHash(),
      view,
      values: {},
      rootViewId: id,
      previousViewId: null,
      depth: 0,
    });
  },
};

/** A checked view with ids filled in, or the refusal that views.* answers. */
export function acceptView(
  workspace: Workspace,
  view: unknown,
  type: 'modal' | 'home' | undefined,
): JsonObject | Refusal {
  const problems = validateView(view);
  if (problems.length > 0)
    return refuseArguments('failed to match all allowed schemas [json-pointer:/view]', ...problems);
  const given = view as JsonObject;
  if (type !== undefined && given['type'] !== type)
    return refuseArguments('must be a valid enum value [json-pointer:/view/type]');
  if (Buffer.byteLength(JSON.stringify(given)) > MAX_VIEW_BYTES) return refuse('view_too_large');
  return { ...given, blocks: withIds(given['blocks'] as JsonObject[]) };
}

/** Puts a modal on top of a person's stack. */
export function placeOnStack(workspace: Workspace, user: string, view: JsonObject): StoredView {
  const below = viewsOf(workspace.state, user);
  const top = below.at(-1);
  const id = freshId('V');
  return {
    id,
    user,
    type: 'modal',
    hash: freshHash(),
    view,
    values: {},
    rootViewId: below[0]?.id ?? id,
    previousViewId: top?.id ?? null,
    depth: (top?.depth ?? -1) + 1,
  };
}

/** What was typed survives where block_id and action_id stay the same: https://docs.slack.dev/surfaces/modals */
export function rewriteView(stored: StoredView, view: JsonObject): StoredView {
  const kept = new Set((view['blocks'] as JsonObject[]).map((block) => block['block_id']));
  const values = Object.fromEntries(Object.entries(stored.values).filter(([id]) => kept.has(id)));
  return Object.assign(stored, { view, values, hash: freshHash() });
}

function readView(
  workspace: Workspace,
  args: Args,
  type: 'modal' | 'home' | undefined,
): JsonObject | Refusal {
  const given = args.json('view');
  if (given === malformed) return refuseArguments('must provide an object [json-pointer:/view]');
  const view = acceptView(workspace, given, type);
  if (isRefusal(view)) return view;
  const externalId = view['external_id'];
  const taken = [...workspace.state.views.values()].some(
    (one) =>
      externalId !== undefined &&
      externalId !== '' &&
      one.view['external_id'] === externalId &&
      one.id !== args.text('view_id'),
  );
  return taken && !args.has('external_id') ? refuse('duplicate_external_id') : view;
}

function saved(workspace: Workspace, stored: StoredView): Answer {
  workspace.state.saveView(stored);
  return { ok: true, view: viewShape(stored) };
}

function freshHash(): string {
  return createHash('sha256').update(randomBytes(16)).digest('hex').slice(0, 20);
}
