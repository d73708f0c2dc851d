import type { ModalView } from '@slack/types';
import { renderNotice } from '../blocks/notice.ts';
import { describeError } from '../src/errors.ts';
import type { OpenedView } from '../src/ports.ts';
import { makeTexts, type Locale } from '../src/texts.ts';
import type { Answer, Desk, Request } from './desk.ts';
import { answerPrivately } from './private-answer.ts';

/**
 * A trigger lives three seconds, and what the modal shows may take longer: it opens empty first. Opening shows nothing
 * that not everybody may see, so who it is, is asked afterwards, by `work`.
 */
export async function openThenFill(
  desk: Desk,
  request: Request,
  {
    loading,
    locale,
    ack,
    work,
  }: {
    loading: ModalView;
    locale: Locale;
    ack: () => Promise<void>;
    work: () => Promise<Answer>;
  },
): Promise<void> {
  let opened: OpenedView;
  try {
    opened = await openLoading(desk, request, loading);
  } catch (error) {
    await ack();
    desk.log.warn({ error: describeError(error) }, 'a modal could not be opened');
    return await answerPrivately(desk, request, locale, words(locale, 'handlers.not_opened'));
  }
  await ack();
  const answer = (given: Answer) => answerPrivately(desk, request, locale, given, opened);
  try {
    await answer(await work());
  } catch (error) {
    // Told where it was asked; whoever logs it hears of it too.
    await answer(words(locale, 'handlers.trouble'));
    desk.log.error({ err: error, what: describeError(error) }, 'a modal could not be filled');
  }
}

function openLoading({ views }: Desk, { place, triggerId }: Request, view: ModalView): Promise<OpenedView> {
  const inModal = place.view !== null && !place.isHome;
  return inModal ? views.push(triggerId, view) : views.open(triggerId, view);
}

function words(locale: Locale, key: 'handlers.trouble' | 'handlers.not_opened'): Answer {
  return { as: 'words', content: renderNotice('⚠️', [makeTexts(locale).t(key)]) };
}
