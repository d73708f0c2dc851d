import type { KnownBlock, ModalView } from '@slack/types';
import type { ExemptionLine } from '../src/exemptions/models.ts';
import type { Exemption, ExemptionRoute, LIMITS as SourceLimits } from '../src/exemptions/types.ts';
import type { Texts } from '../src/texts.ts';
import { datePicker, input, select, textInput, usersSelect } from './controls.ts';
import {
  describeDeadline,
  describeOwner,
  describeRiskAndRoute,
  describeStanding,
  describeWhat,
  nameOf,
} from './exemptions-words.ts';
import { describeClass } from './findings.ts';
import { joined, section } from './kit.ts';
import { markupMedium } from './medium.ts';
import { modal } from './modal.ts';
import { CLASSES_BY_RISK } from './risk.ts';

export const ADD_CALLBACK = 'exemptions.add';
export const HAND_IN_CALLBACK = 'exemptions.hand_in';
export const DECLINE_CLOSING_CALLBACK = 'exemptions.decline';
export const REASSIGN_CALLBACK = 'exemptions.reassign';

const ROUTES = ['procure', 'rotate'] as const satisfies readonly ExemptionRoute[];
const LIMITS: typeof SourceLimits = {
  name: 120,
  place: 120,
  mitigation: 1_000,
  ticket: 200,
  links: 1_000,
  evidenceLink: 500,
  evidenceNote: 1_000,
  reason: 1_000,
};

/** Asks for a new one: everything that is compulsory, the deadline on the last day allowed (YYYY-MM-DD) until told. */
export function addForm(
  { ownerId, last, channelId }: { ownerId: string; last: string; channelId: string | null },
  texts: Texts,
): ModalView {
  const label = (name: 'risk' | 'route' | 'owner' | 'deputy' | 'deadline') =>
    texts.t(`exemptions.fact.${name}`);
  const risks = CLASSES_BY_RISK.map((value) => ({ value, label: describeClass(value, texts) }));
  const routes = ROUTES.map((value) => ({ value, label: texts.t(`exemptions.add.route.${value}`) }));
  const line = { multiline: false };
  const blocks: KnownBlock[] = [
    section([texts.t('exemptions.add.never_value')]),
    input(
      'name',
      texts.t('exemptions.add.name'),
      textInput('name', LIMITS.name, texts.t('exemptions.add.name_example'), line),
    ),
    input(
      'place',
      texts.t('exemptions.add.place'),
      textInput('place', LIMITS.place, texts.t('exemptions.add.place_example'), line),
    ),
    input('risk', label('risk'), select('risk', risks)),
    input('route', label('route'), select('route', routes)),
    input('owner', label('owner'), usersSelect('owner', ownerId)),
    input('deputy', label('deputy'), usersSelect('deputy', null), {
      optional: true,
      hint: texts.t('exemptions.add.deputy_hint'),
    }),
    input('deadline', label('deadline'), datePicker('deadline', last), {
      hint: texts.t('exemptions.add.deadline_hint', { last: texts.day(last) }),
    }),
    input('mitigation', texts.t('exemptions.add.mitigation'), textInput('mitigation', LIMITS.mitigation), {
      optional: true,
      hint: texts.t('exemptions.add.mitigation_hint'),
    }),
    input('ticket', texts.t('exemptions.add.ticket'), textInput('ticket', LIMITS.ticket, undefined, line), {
      optional: true,
    }),
    input('links', texts.t('exemptions.add.links'), textInput('links', LIMITS.links), {
      optional: true,
      hint: texts.t('exemptions.add.links_hint'),
    }),
  ];
  return modal(texts, {
    title: texts.t('exemptions.add.title'),
    submit: texts.t('exemptions.add.submit'),
    callbackId: ADD_CALLBACK,
    metadata: { channelId },
    blocks,
  });
}

/** What proves that the real one is in place and the old one is dead. */
export function handInForm(line: Aboutness, channelId: string | null, texts: Texts): ModalView {
  const { exemption } = line;
  return modal(texts, {
    title: texts.t('exemptions.hand_in.title'),
    submit: texts.t('exemptions.hand_in.submit'),
    callbackId: HAND_IN_CALLBACK,
    metadata: { id: exemption.id, channelId },
    blocks: [
      aboutBlock(line, texts),
      section([texts.t(`exemptions.closing.check.${exemption.route}`)]),
      input(
        'evidence_link',
        texts.t('exemptions.hand_in.link'),
        textInput('evidence_link', LIMITS.evidenceLink, undefined, { multiline: false }),
        { hint: texts.t('exemptions.hand_in.link_hint') },
      ),
      input(
        'evidence_note',
        texts.t('exemptions.hand_in.note'),
        textInput('evidence_note', LIMITS.evidenceNote),
        { hint: texts.t('exemptions.hand_in.note_hint') },
      ),
    ],
  });
}

/** Why it is not closed; whoever handed it in reads it. */
export function declineForm(
  line: Aboutness,
  { closingId, channelId }: { closingId: string; channelId: string | null },
  texts: Texts,
): ModalView {
  return modal(texts, {
    title: texts.t('exemptions.decline.title'),
    submit: texts.t('exemptions.decline.submit'),
    callbackId: DECLINE_CLOSING_CALLBACK,
    metadata: { id: line.exemption.id, closingId, channelId },
    blocks: [
      aboutBlock(line, texts),
      input('reason', texts.t('exemptions.decline.reason'), textInput('reason', LIMITS.reason), {
        hint: texts.t('exemptions.decline.reason_hint'),
      }),
    ],
  });
}

/** Whose it is from now on. */
export function reassignForm(line: Aboutness, channelId: string | null, texts: Texts): ModalView {
  return modal(texts, {
    title: texts.t('exemptions.reassign.title'),
    submit: texts.t('exemptions.reassign.submit'),
    callbackId: REASSIGN_CALLBACK,
    metadata: { id: line.exemption.id, channelId },
    blocks: [
      aboutBlock(line, texts),
      input('owner', texts.t('exemptions.reassign.owner'), usersSelect('owner', null), {
        hint: texts.t('exemptions.reassign.owner_hint'),
      }),
    ],
  });
}

type Aboutness = Pick<ExemptionLine, 'exemption' | 'standing'> & { timeZone: string };

function aboutBlock({ exemption, standing, timeZone }: Aboutness, texts: Texts): KnownBlock {
  const medium = markupMedium(texts, timeZone);
  return section([
    medium.strong(joined([nameOf(exemption), describeStanding({ exemption, standing }, texts)])),
    describeWhat(exemption, medium),
    joined([aboutFacts(exemption, texts), describeOwner(exemption.ownerId, medium)]),
  ]);
}

function aboutFacts(exemption: Exemption, texts: Texts): string {
  return joined([describeRiskAndRoute(exemption, texts), describeDeadline(exemption, texts)]);
}
