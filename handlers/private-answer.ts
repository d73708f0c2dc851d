import { noticeModal } from '../blocks/modal.ts';
import { describeError, SlackRefusedError } from '../src/errors.ts';
import type { Locale } from '../src/texts.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Request } from './desk.ts';

/**
 * Tells one person something, the way the click came: an ephemeral in a channel, the modal itself or one on top of it,
 * a notice on Home. Never throws: what was decided is decided, whether or not Slack takes the words.
 */
export async function answerPrivately(
  desk: Desk,
  request: Request,
  locale: Locale,
  answer: Answer,
  opened?: { viewId: string },
): Promise<void> {
  if (answer.as === 'nothing') return;
  try {
    await give(desk, request, locale, answer, opened);
  } catch (error) {
    const level = error instanceof SlackRefusedError ? 'warn' : 'error';
    desk.log[level]({ error: describeError(error) }, 'a private answer did not arrive');
  }
}

async function give(
  desk: Desk,
  { place, triggerId, clicker }: Request,
  locale: Locale,
  answer: Exclude<Answer, { as: 'nothing' }>,
  opened: { viewId: string } | undefined,
): Promise<void> {
  const { views } = desk;
  const notice = () => {
    if (answer.as === 'view') return answer.view;
    const texts = makeTexts(locale);
    return noticeModal(texts, texts.t('modal.notice_title'), answer.content);
  };
  if (opened !== undefined) return void (await views.update(opened, notice()));
  if (place.view !== null && !place.isHome) {
    if (answer.as === 'view') return void (await views.update({ viewId: place.view.id }, answer.view));
    return void (await views.push(triggerId, notice()));
  }
  if (answer.as === 'view' || place.isHome) return void (await views.open(triggerId, notice()));
  if (place.responseUrl !== null) {
    return await views.respond(place.responseUrl, answer.content, { replace: place.isEphemeral });
  }
  if (place.channelId === null) return void (await views.open(triggerId, notice()));
  await views.postEphemeral({
    channelId: place.channelId,
    userId: clicker.userId,
    content: answer.content,
    ...(place.threadTs === null ? {} : { threadTs: place.threadTs }),
  });
}
