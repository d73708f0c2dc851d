import type { ModalView } from '@slack/types';
import type { WindowFields, WindowRefusal } from '../src/slo/add-window.ts';
import type { LeftOut, Slo } from '../src/slo/types.ts';
import type { Texts } from '../src/texts.ts';
import { datePicker, input, select, textInput } from './controls.ts';
import { foreignWords } from './foreign.ts';
import { section } from './kit.ts';
import { modal } from './modal.ts';

export const CORRECT_CALLBACK = 'slo.correct';

const CAUSES = ['maintenance', 'bad_data'] as const satisfies readonly LeftOut['cause'][];
const NAME_LIMIT = 70;
const TIME_LENGTH = 5;
const NOTE_LENGTH = 500;

/** Asks which stretch of which promise is not to be counted. Block and action ids are the names of WindowFields. */
export function renderCorrect(
  model: {
    slos: readonly Pick<Slo, 'name' | 'title'>[];
    suggested: Pick<WindowFields, 'fromDay' | 'fromTime' | 'toDay' | 'toTime'>;
    /** The promise that was typed; null: none. */
    chosen: string | null;
    timeZone: string;
    metadata: { channelId: string | null };
  },
  texts: Texts,
): ModalView {
  const { suggested, chosen, timeZone, metadata } = model;
  const { t } = texts;
  const slos = model.slos.map(({ name, title }) => ({
    value: name,
    label: foreignWords(title[texts.locale], NAME_LIMIT),
  }));
  const causes = CAUSES.map((value) => ({ value, label: t(`slo.cause.${value}`) }));
  const day = (name: 'fromDay' | 'toDay') =>
    input(name, t(`slo.correct.label.${name}`), datePicker(name, suggested[name]));
  const time = (name: 'fromTime' | 'toTime') =>
    input(
      name,
      t(`slo.correct.label.${name}`),
      { ...textInput(name, TIME_LENGTH, undefined, { multiline: false }), initial_value: suggested[name] },
      { hint: t('slo.correct.zone', { zone: timeZone }) },
    );
  return modal(texts, {
    title: t('slo.correct.title'),
    submit: t('slo.correct.submit'),
    callbackId: CORRECT_CALLBACK,
    metadata,
    blocks: [
      section([t('slo.correct.intro')]),
      input('slo', t('slo.correct.label.slo'), select('slo', slos, { chosen })),
      day('fromDay'),
      time('fromTime'),
      day('toDay'),
      time('toTime'),
      input('cause', t('slo.correct.label.cause'), select('cause', causes)),
      input('note', t('slo.correct.label.note'), textInput('note', NOTE_LENGTH)),
    ],
  });
}

/** Why a stretch is not written down, fit to stand beside its input. */
export function describeWindowRefusal(refusal: WindowRefusal, { t }: Texts): string {
  return refusal.why === 'overlaps'
    ? t('slo.correct.refused.overlaps', { name: refusal.name })
    : t(`slo.correct.refused.${refusal.why}`);
}
