import type { Exemption } from '../src/exemptions/types.ts';
import {
  ADD_CALLBACK,
  DECLINE_CLOSING_CALLBACK,
  HAND_IN_CALLBACK,
  REASSIGN_CALLBACK,
} from '../blocks/exemptions-form.ts';
import type { Verb } from '../blocks/actions.ts';
import { loadingModal } from '../blocks/modal.ts';
import type { ExemptionDeps } from '../src/exemptions/deps.ts';
import { maySee } from '../src/exemptions/find-exemption.ts';
import { readExemption } from '../src/exemptions/store.ts';
import { ROLES, type MayAct, type Person } from '../src/people/types.ts';
import type { TextKey } from '../src/texts.ts';
import type { Answer, Desk, Press, PressDefinition, SubmitDefinition } from './desk.ts';
import { openAdd, submitAdd } from './exemptions-add.ts';
import { refused } from './exemptions-answer.ts';
import {
  openDecline,
  openHandIn,
  pressAccept,
  pressWithdraw,
  submitDecline,
  submitHandIn,
} from './exemptions-close.ts';
import { openingOf, runExemption } from './exemptions-command.ts';
import { openExtension } from './exemptions-extend.ts';
import { channelIn, channelOf } from './exemptions-places.ts';
import { openReassign, pressTakeOver, submitReassign } from './exemptions-reassign.ts';
import { chooseList, openDetail, pressList } from './exemptions-show.ts';
import type { Listeners } from './listener.ts';
import type { OverrideParts } from './overrides.ts';

/** What listeners of exemptions need beside the desk; main wires it. */
export interface ExemptionParts {
  deps: ExemptionDeps;
  /** More time is an override. */
  overrides: OverrideParts;
  /** To a message of ours; null where the server does not say what links begin with. */
  linkTo(message: { channelId: string; ts: string; threadTs?: string | null }): Promise<string | null>;
}

/** An owner need not hold any role: whose it is, is asked with the exemption at hand. */
const MEMBERS: MayAct = 'members';
const noun = 'exemptions' as const;

/** The register of exemptions: what is added, seen, closed with proof, handed over, and given more time. */
export function listenToExemptions(listeners: Listeners, desk: Desk, parts: ExemptionParts): void {
  listeners.command({
    command: '/exemption',
    roles: MEMBERS,
    opening: openingOf,
    run: (call, person) => runExemption(desk, parts, call, person),
  });
  listenToForms(listeners, desk, parts);
  listenToReviews(listeners, desk, parts);
  listenToLists(listeners, desk, parts);
  press(listeners, 'take_over', { run: (pressed, person) => pressTakeOver(desk, parts, pressed, person) });
}

/** Buttons that open a form about one exemption, and the forms. */
function listenToForms(listeners: Listeners, desk: Desk, parts: ExemptionParts): void {
  const form = (verb: 'close' | 'reassign' | 'extend', title: TextKey, open: Open): void =>
    press(listeners, verb, {
      opening: (texts) => loadingModal(texts, texts.t(title)),
      run: (pressed, person) => withSeen(desk, pressed, person, open),
    });
  form('close', 'exemptions.hand_in.title', (of, person, at) => openHandIn(desk, of, person, at));
  form('reassign', 'exemptions.reassign.title', (of, person, at) => openReassign(desk, of, person, at));
  form('extend', 'exemptions.detail.more_time', ({ id }, person, at) =>
    openExtension(desk, parts, person, { exemptionId: id, channelId: at }),
  );
  listeners.press({
    noun,
    verb: 'add',
    roles: ROLES,
    about: 'exemption',
    run: async (pressed, person) => openAdd(desk, person, channelOf(pressed)),
  });
  submit(listeners, ADD_CALLBACK, {
    roles: ROLES,
    run: (sent, person) => submitAdd(desk, parts, sent, person),
  });
  submit(listeners, HAND_IN_CALLBACK, { run: (sent, person) => submitHandIn(desk, parts, sent, person) });
  submit(listeners, REASSIGN_CALLBACK, { run: (sent, person) => submitReassign(desk, parts, sent, person) });
}

/** What somebody of security says of what was handed in; who may, the verbs decide. */
function listenToReviews(listeners: Listeners, desk: Desk, parts: ExemptionParts): void {
  press(listeners, 'accept', {
    about: 'exemption_closing',
    run: (pressed, person) => pressAccept(desk, parts, pressed, person),
  });
  press(listeners, 'refuse', {
    about: 'exemption_closing',
    // Whoever holds no role of the app is nobody's reviewer, and reads nobody's proof.
    roles: ROLES,
    opening: (texts) => loadingModal(texts, texts.t('exemptions.decline.title')),
    run: (pressed, person) => openDecline(desk, pressed, person),
  });
  press(listeners, 'withdraw', {
    about: 'exemption_closing',
    run: (pressed, person) => pressWithdraw(desk, parts, pressed, person),
  });
  submit(listeners, DECLINE_CLOSING_CALLBACK, {
    run: (sent, person) => submitDecline(desk, parts, sent, person),
  });
}

function listenToLists(listeners: Listeners, desk: Desk, parts: ExemptionParts): void {
  press(listeners, 'open', {
    opening: (texts) => loadingModal(texts, texts.t('exemptions.detail.title')),
    run: (pressed, person) =>
      openDetail(desk, parts, person, { id: pressed.id, channelId: channelOf(pressed) }),
  });
  press(listeners, 'list', {
    opening: (texts) => loadingModal(texts, texts.t('exemptions.list.title')),
    run: (pressed, person) => pressList(desk, pressed, person),
  });
  press(listeners, 'filter', { run: (pressed, person) => chooseList(desk, pressed, person) });
  press(listeners, 'page', { run: (pressed, person) => chooseList(desk, pressed, person) });
}

type Open = (exemption: Exemption, person: Person, channelId: string | null) => Answer | Promise<Answer>;

/** What a button names is read anew; what somebody may not see is not there for them. */
async function withSeen(desk: Desk, pressed: Press, person: Person, open: Open): Promise<Answer> {
  const exemption = await readExemption(desk.pool, pressed.id);
  if (exemption === null || !maySee(exemption, person)) return refused({ why: 'not_found' }, person);
  return await open(exemption, person, channelOf(pressed));
}

function press(
  listeners: Listeners,
  verb: Verb<'exemptions'>,
  definition: Pick<PressDefinition, 'run'> & Partial<Pick<PressDefinition, 'opening' | 'about' | 'roles'>>,
): void {
  listeners.press({ noun, verb, roles: MEMBERS, about: 'exemption', ...definition });
}

function submit(
  listeners: Listeners,
  callbackId: string,
  definition: Pick<SubmitDefinition, 'run'> & Partial<Pick<SubmitDefinition, 'roles'>>,
): void {
  listeners.submit({
    callbackId,
    roles: MEMBERS,
    about: 'exemption',
    channelOf: ({ view }) => channelIn(view.metadata),
    ...definition,
  });
}
