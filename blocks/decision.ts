import type { KnownBlock } from '@slack/types';
import type { Act, Reason } from '../src/findings/act-types.ts';
import type { ReviewModel } from '../src/findings/review-model.ts';
import type { Texts } from '../src/texts.ts';
import { capitalised } from './findings.ts';
import { datePicker, input, select, textInput } from './controls.ts';

/** The inputs of Review: block and action bear one name. */
export const INPUTS = { what: 'what', reason: 'reason', note: 'note', until: 'until' } as const;

/** In the order of the menu; the first is chosen unless somebody chooses. */
const REASONS: readonly Reason[] = [
  'corrected',
  'provider_confirmed',
  'timing',
  'false_alarm',
  'known',
  'being_handled',
  'other',
];

/** What to do, why, in whose words, until when. The defaults and a note are enough; empty for those who may only look. */
export function decisionInputs({ acts, finding, days, noteLimit }: ReviewModel, texts: Texts): KnownBlock[] {
  const [suggested] = acts;
  if (suggested === undefined) return [];
  const what = acts.map((act) => ({ value: act, label: texts.t(labelOf(act, finding.class === 'HIGH')) }));
  const reasons = REASONS.map((reason) => ({
    value: reason,
    label: capitalised(texts.t(`findings.reason.${reason}`), texts),
  }));
  const label = (name: keyof typeof INPUTS) => texts.t(`findings.input.${name}`);
  const accepts = acts.includes('accept');
  return [
    input(INPUTS.what, label('what'), select(INPUTS.what, what, { chosen: suggested })),
    input(INPUTS.reason, label('reason'), select(INPUTS.reason, reasons, { chosen: 'corrected' })),
    input(
      INPUTS.note,
      label('note'),
      textInput(INPUTS.note, noteLimit, texts.t('findings.input.note_example')),
      {
        optional: true,
        hint: texts.t('findings.input.note_hint'),
      },
    ),
    ...(accepts
      ? [
          input(INPUTS.until, label('until'), datePicker(INPUTS.until, days.suggested), {
            optional: true,
            hint: texts.t('findings.input.until_hint', { last: texts.day(days.last) }),
          }),
        ]
      : []),
  ];
}

function labelOf(act: Act, isHigh: boolean) {
  return act === 'accept' && isHigh ? 'findings.act.propose' : (`findings.act.${act}` as const);
}
