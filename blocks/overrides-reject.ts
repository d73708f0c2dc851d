import type { KnownBlock, ModalView } from '@slack/types';
import type { OverrideModel } from '../src/overrides/models.ts';
import type { LIMITS } from '../src/overrides/types.ts';
import type { Texts } from '../src/texts.ts';
import { input, textInput } from './controls.ts';
import { joined, section } from './kit.ts';
import { markupMedium } from './medium.ts';
import { modal } from './modal.ts';
import { describeStake, describeSubject } from './overrides-about.ts';
import { describeChoice } from './overrides-words.ts';

export const DECLINE_CALLBACK = 'overrides.decline';
export const REJECT_INPUTS = { note: 'note' } as const;

const NOTE_LIMIT: (typeof LIMITS)['reason'] = 1_000;

/** Why not; said to everybody in the thread. `model`: what it is about, where that could be read. */
export function rejectForm(
  model: OverrideModel | null,
  { metadata }: { metadata: object },
  texts: Texts,
): ModalView {
  const about = model === null ? [] : [section([aboutText(model, texts)])];
  const note: KnownBlock = input(
    REJECT_INPUTS.note,
    texts.t('overrides.reject.note'),
    textInput(REJECT_INPUTS.note, NOTE_LIMIT),
    { hint: texts.t('overrides.reject.note_hint') },
  );
  return modal(texts, {
    title: texts.t('overrides.reject.title'),
    submit: texts.t('overrides.reject.submit'),
    callbackId: DECLINE_CALLBACK,
    metadata,
    blocks: [...about, note],
  });
}

function aboutText(model: OverrideModel, texts: Texts): string {
  const medium = markupMedium(texts, model.timeZone);
  const { override } = model;
  const what = joined([
    medium.strong(describeChoice(override, medium)),
    describeStake(model, medium),
    describeSubject(model, medium),
  ]);
  return texts.t('overrides.reject.about', { what });
}
