import { section } from '../blocks/kit.ts';
import { noticeModal } from '../blocks/modal.ts';
import { renderNotice } from '../blocks/notice.ts';
import { loadingForm } from '../blocks/overrides-form.ts';
import { CORRECT_CALLBACK, describeWindowRefusal, renderCorrect } from '../blocks/slo-correct.ts';
import { NO_TENANT } from '../src/overrides/types.ts';
import type { Person } from '../src/people/types.ts';
import { addWindow, MAY_CORRECT, MOST_NOTE, suggestedWindow } from '../src/slo/add-window.ts';
import type { SloDeps } from '../src/slo/deps.ts';
import { findSlo } from '../src/slo/find-slo.ts';
import { nameOfWindow } from '../src/slo/types.ts';
import { readWindow, readWindowNumbered } from '../src/slo/window-store.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { admitPerson } from './admit.ts';
import type { Answer, Desk, Press, Request, SubmitAnswer, Submission } from './desk.ts';
import { channelIn } from './exemptions-places.ts';
import type { Listeners } from './listener.ts';
import { showForm } from './overrides-ask.ts';
import type { OverrideParts } from './overrides.ts';
import { typedIn } from './typed-text.ts';

/** What corrections need beside the desk; main wires it. */
export interface CorrectionParts {
  deps: SloDeps;
  overrides: OverrideParts;
}

/** The form's submission, and the button that asks for a stretch to count again. */
export function listenToCorrections(listeners: Listeners, desk: Desk, parts: CorrectionParts): void {
  listeners.submit({
    callbackId: CORRECT_CALLBACK,
    roles: MAY_CORRECT,
    about: 'slo_window',
    channelOf: ({ view }) => channelIn(view.metadata),
    run: (submission, person) => submitCorrect(desk, parts, submission, person),
  });
  listeners.press({
    noun: 'slo',
    verb: 'put_back',
    roles: MAY_CORRECT,
    about: 'slo_window',
    opening: loadingForm,
    run: (press, person) => pressPutBack(desk, parts, press, person),
  });
}

/** `/slo correct [NAME | LO-7]`: the form of a new stretch, or the request that one which is left out counts again. */
export async function openCorrect(
  desk: Desk,
  parts: CorrectionParts,
  request: Pick<Request, 'clicker' | 'place'>,
  person: Person,
  typed: string,
): Promise<Answer> {
  const subject = { kind: 'person', id: person.userId } as const;
  const wanted = { roles: MAY_CORRECT, action: 'slo.correct', subject };
  const admitted = await admitPerson(desk, request, person, wanted);
  if (!admitted.ok) return { as: 'words', content: admitted.words };
  const texts = makeTexts(person.locale);
  const { channelId } = request.place;
  const { slos } = parts.deps;
  const number = /^lo-?(\d{1,9})$/i.exec(typed)?.[1];
  if (number !== undefined) {
    const window = await readWindowNumbered(desk.pool, Number(number));
    if (window === null) return noSuch(texts);
    return await askFor(desk, parts, person, { windowId: window.id, channelId });
  }
  if (slos.all.length === 0)
    return { as: 'words', content: renderNotice('⚪', [texts.t('slo.answer.none')]) };
  const timeZone = desk.policy.business.time_zone;
  const view = renderCorrect(
    {
      slos: slos.all,
      suggested: suggestedWindow(desk.clock.now(), timeZone),
      chosen: findSlo(slos, typed)?.name ?? null,
      timeZone,
      metadata: { channelId },
    },
    texts,
  );
  return { as: 'view', view };
}

/** Writes the stretch down, and goes on to the request that another person approves. */
async function submitCorrect(
  desk: Desk,
  parts: CorrectionParts,
  { view }: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const { values } = view;
  const chosen = (name: string) => values[name]?.[name]?.selected_option?.value ?? '';
  const day = (name: string) => values[name]?.[name]?.selected_date ?? '';
  const outcome = await addWindow(parts.deps, desk.clock.now(), {
    fields: {
      slo: chosen('slo'),
      fromDay: day('fromDay'),
      fromTime: typedIn(values, 'fromTime', 10),
      toDay: day('toDay'),
      toTime: typedIn(values, 'toTime', 10),
      cause: chosen('cause'),
      note: typedIn(values, 'note', MOST_NOTE + 1),
    },
    person,
    // However often its ack was lost and it is sent again, a view means one stretch.
    requestId: view.id,
  });
  const texts = makeTexts(person.locale);
  if (!outcome.ok)
    return {
      as: 'errors',
      errors: { [outcome.refusal.field]: describeWindowRefusal(outcome.refusal, texts) },
    };
  const { window } = outcome;
  const channelId = channelIn(view.metadata);
  const answer = await askFor(desk, parts, person, { windowId: window.id, channelId });
  if (answer.as === 'view') return { as: 'update', view: answer.view };
  if (answer.as !== 'words') return { as: 'close' };
  // It is written down, and nobody can be asked about it now: why, and how to go on, stands where the form was.
  const kept = section([texts.t('slo.correct.kept', { name: nameOfWindow(window) })]);
  const content = { ...answer.content, blocks: [...answer.content.blocks, kept] };
  return { as: 'update', view: noticeModal(texts, texts.t('modal.notice_title'), content) };
}

/** The request that a stretch counts again, from the button beside it. */
async function pressPutBack(
  desk: Desk,
  parts: CorrectionParts,
  { id, place }: Press,
  person: Person,
): Promise<Answer> {
  const window = await readWindow(desk.pool, id);
  if (window === null) return noSuch(makeTexts(person.locale));
  const channelId = place.channelId ?? (place.view === null ? null : channelIn(place.view.metadata));
  return await askFor(desk, parts, person, { windowId: window.id, channelId });
}

function noSuch(texts: Texts): Answer {
  return { as: 'words', content: renderNotice('👋', [texts.t('slo.correct.no_such')]) };
}

/** The override's own form: what would change in figures, and who approves. */
async function askFor(
  desk: Desk,
  { overrides }: CorrectionParts,
  person: Person,
  { windowId, channelId }: { windowId: string; channelId: string | null },
): Promise<Answer> {
  const from = { payoutId: null, findingId: null, cardId: null };
  const origin = { kind: 'slo_window', tenantId: NO_TENANT, subjectId: windowId, from };
  return await showForm(desk, overrides, person, { origin, channelId });
}
