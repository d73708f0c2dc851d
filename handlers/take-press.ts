import { renderNotice } from '../blocks/notice.ts';
import { describeError } from '../src/errors.ts';
import type { OpenedView } from '../src/ports.ts';
import { makeTexts, type Locale } from '../src/texts.ts';
import { admit } from './admit.ts';
import type { Answer, Desk, Press, PressDefinition } from './desk.ts';
import { answerPrivately } from './private-answer.ts';
import { ANSWER_LIMIT_MS, within } from './within.ts';

type Ack = () => Promise<void>;

/** Takes one press to its definition: admits, runs, acks in every path, answers in private. */
export async function takePress(
  desk: Desk,
  definition: PressDefinition,
  press: Press,
  ack: Ack,
): Promise<void> {
  const { opening } = definition;
  if (opening !== undefined) return await openThenFill(desk, { ...definition, opening }, press, ack);
  const startedAt = performance.now();
  const admitted = await admitPress(desk, definition, press);
  if (!admitted.ok) {
    await ack();
    return await answerPrivately(desk, press, admitted.locale, { as: 'words', content: admitted.words });
  }
  const { locale } = admitted.person;
  const leftMs = Math.max(200, ANSWER_LIMIT_MS - (performance.now() - startedAt));
  try {
    const timely = await within(leftMs, definition.run(press, admitted.person));
    await ack();
    if (timely.inTime) return await answerPrivately(desk, press, locale, timely.value);
    await answerPrivately(desk, press, locale, words(locale, '⏳', 'handlers.late'));
    await answerPrivately(desk, press, locale, await timely.later);
  } catch (error) {
    await ack();
    await answerPrivately(desk, press, locale, words(locale, '⚠️', 'handlers.trouble'));
    throw error;
  }
}

/**
 * A trigger lives three seconds, and what the modal shows may take longer: it opens empty first. Opening shows nothing
 * that not everybody may see, so who it is, is asked afterwards.
 */
async function openThenFill(
  desk: Desk,
  definition: PressDefinition & { opening: NonNullable<PressDefinition['opening']> },
  press: Press,
  ack: Ack,
): Promise<void> {
  const locale = await desk.people.localeOf(press.clicker.userId).catch((): Locale => 'en');
  let opened: OpenedView;
  try {
    opened = await openLoading(desk, press, definition.opening(makeTexts(locale)));
  } catch (error) {
    await ack();
    desk.log.warn({ error: describeError(error) }, 'a modal could not be opened');
    return await answerPrivately(desk, press, locale, words(locale, '⚠️', 'handlers.not_opened'));
  }
  await ack();
  const admitted = await admitPress(desk, definition, press);
  const answer = (given: Answer) => answerPrivately(desk, press, locale, given, opened);
  if (!admitted.ok) return await answer({ as: 'words', content: admitted.words });
  try {
    await answer(await definition.run(press, admitted.person));
  } catch (error) {
    await answer(words(locale, '⚠️', 'handlers.trouble'));
    throw error;
  }
}

function openLoading({ views }: Desk, press: Press, view: object): Promise<OpenedView> {
  const inModal = press.place.view !== null && !press.place.isHome;
  return inModal ? views.push(press.triggerId, view) : views.open(press.triggerId, view);
}

function admitPress(desk: Desk, { roles, noun, verb, about }: PressDefinition, press: Press) {
  return admit(desk, press, {
    roles,
    action: `${noun}.${verb}`,
    subject: { kind: about, id: press.id === '' ? noun : press.id },
  });
}

function words(
  locale: Locale,
  symbol: string,
  key: 'handlers.late' | 'handlers.trouble' | 'handlers.not_opened',
): Answer {
  return { as: 'words', content: renderNotice(symbol, [makeTexts(locale).t(key)]) };
}
