import {
  CREATE_ACTION,
  describeActionRefusal,
  renderActionRefusal,
  renderAddAction,
} from '../blocks/action-items.ts';
import { noticeModal } from '../blocks/modal.ts';
import { renderNotice } from '../blocks/notice.ts';
import { addAction } from '../src/actions/add-action.ts';
import type { ActionDeps } from '../src/actions/deps.ts';
import { dropAction } from '../src/actions/drop-action.ts';
import { finishAction } from '../src/actions/finish-action.ts';
import type { ActionRefusal } from '../src/actions/refusals.ts';
import { KEEPERS, MOST_WHAT, nameOfAction, type SourceRef } from '../src/actions/types.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Press, SubmitAnswer, Submission } from './desk.ts';
import type { Listeners } from './listener.ts';
import { typedIn } from './typed-text.ts';

/** Beside which input a refusal stands; the others have none. */
const FIELD_OF: Partial<Record<ActionRefusal['why'], string>> = {
  missing: 'what',
  too_long: 'what',
  secret: 'what',
  owner_unfit: 'owner',
  owner_unread: 'owner',
  due_past: 'due',
  due_unreadable: 'due',
};

/** What reviews lead to: added from a card, ended on it or in the message that reminds. */
export function listenToActions(listeners: Listeners, desk: Desk, deps: ActionDeps): void {
  listeners.press({
    noun: 'actions',
    verb: 'add',
    roles: KEEPERS,
    about: 'action',
    run: async (press, person) => openForm(press, person),
  });
  listeners.submit({
    callbackId: CREATE_ACTION,
    roles: KEEPERS,
    about: 'action',
    channelOf: ({ view }) => readMetadata(view.metadata)?.channelId ?? null,
    run: (submission, person) => create(desk, deps, submission, person),
  });
  // An owner may hold no role; the verb knows whose it is.
  listeners.press({
    noun: 'actions',
    verb: 'done',
    roles: 'members',
    about: 'action',
    run: (press, person) => end(desk, deps, press, { person, verb: 'done' }),
  });
  listeners.press({
    noun: 'actions',
    verb: 'drop',
    roles: KEEPERS,
    about: 'action',
    run: (press, person) => end(desk, deps, press, { person, verb: 'drop' }),
  });
}

function openForm({ id, place }: Press, person: Person): Answer {
  const [, kind = '', sourceId = ''] = /^(\w+)\/([\w-]+)$/.exec(id) ?? [];
  const metadata = { kind, id: sourceId, channelId: place.channelId };
  return { as: 'view', view: renderAddAction(makeTexts(person.locale), metadata, MOST_WHAT) };
}

async function create(
  { clock }: Desk,
  deps: ActionDeps,
  { view }: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const texts = makeTexts(person.locale);
  const source = readMetadata(view.metadata);
  const outcome = await addAction(deps, clock.now(), {
    source: { kind: source?.kind ?? 'action', id: source?.id ?? '' },
    what: typedIn(view.values, 'what', MOST_WHAT + 1),
    ownerId: view.values['owner']?.['owner']?.selected_user ?? null,
    dueOn: view.values['due']?.['due']?.selected_date ?? null,
    person,
    // A view means one action, however often its ack was lost and it is sent again.
    requestId: view.id,
  });
  if (outcome.ok) {
    const name = nameOfAction(outcome.action);
    return { as: 'close', words: renderNotice('📌', [texts.t('actions.add.done', { name })]) };
  }
  const field = FIELD_OF[outcome.refusal.why];
  if (field !== undefined)
    return { as: 'errors', errors: { [field]: describeActionRefusal(outcome.refusal, texts) } };
  const words = renderActionRefusal(outcome.refusal, texts);
  return { as: 'update', view: noticeModal(texts, texts.t('modal.notice_title'), words) };
}

async function end(
  desk: Desk,
  deps: ActionDeps,
  { id, clicker }: Press,
  { person, verb }: { person: Person; verb: 'done' | 'drop' },
): Promise<Answer> {
  const texts = makeTexts(person.locale);
  const endIt = verb === 'done' ? finishAction : dropAction;
  const outcome = await endIt(deps, desk.clock.now(), { id, person });
  if (outcome.ok) {
    const { action } = outcome;
    const state = verb === 'done' ? 'done' : 'dropped';
    const line = texts.t(`actions.finished.${state}`, { name: nameOfAction(action) });
    return { as: 'words', content: renderNotice(verb === 'done' ? '✅' : '🚫', [line]) };
  }
  if (outcome.refusal.why === 'not_yours')
    await desk.people.noteRefusal({
      clicker,
      why: person.roles.size === 0 ? 'no_role' : 'wrong_role',
      action: `actions.${verb}`,
      subject: { kind: 'action', id },
    });
  return { as: 'words', content: renderActionRefusal(outcome.refusal, texts) };
}

function readMetadata(metadata: string): (SourceRef & { channelId: string | null }) | null {
  try {
    const { kind, id, channelId } = JSON.parse(metadata) as Record<string, unknown>;
    if (typeof kind !== 'string' || typeof id !== 'string') return null;
    return {
      kind: kind as SourceRef['kind'],
      id,
      channelId: typeof channelId === 'string' ? channelId : null,
    };
  } catch {
    return null;
  }
}
