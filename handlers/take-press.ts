import { renderNotice } from '../blocks/notice.ts';
import { describeError } from '../src/errors.ts';
import type { OpenedView } from '../src/ports.ts';
import { makeTexts, type Locale } from '../src/texts.ts';
import { admit, knownLocale } from './admit.ts';
import type { Answer, Desk, Press, PressDefinition } from './desk.ts';
import { answerPrivately } from './private-answer.ts';
import { ANSWER_LIMIT_MS, once, within } from './within.ts';

type Ack = () => Promise<void>;

/** Takes one press to its definition: admits, runs, acks in every path, answers in private. */
export async function takePress(
  desk: Desk,
  definition: PressDefinition,
  press: Press,
  ackPress: Ack,
): Promise<void> {
  const ack = once(ackPress);
  const { opening } = definition;
  const locale = await knownLocale(desk, press);
  try {
    if (opening === undefined) await runThenAck(desk, definition, press, { ack, locale });
    else await openThenFill(desk, { ...definition, opening }, press, { ack, locale });
  } catch (error) {
    await ack();
    await answerPrivately(desk, press, locale, words(locale, '⚠️', 'handlers.trouble'));
    throw error;
  }
}

/** Changes first, then acks: an ack means accepted. What takes too long is acked, and answered when it is done. */
async function runThenAck(
  desk: Desk,
  definition: PressDefinition,
  press: Press,
  { ack, locale }: { ack: Ack; locale: Locale },
): Promise<void> {
  const timely = await within(ANSWER_LIMIT_MS, admitAndRun(desk, definition, press));
  await ack();
  if (timely.inTime) return await answerPrivately(desk, press, locale, timely.value);
  await answerPrivately(desk, press, locale, words(locale, '⏳', 'handlers.late'));
  await answerPrivately(desk, press, locale, await timely.later);
}

async function admitAndRun(desk: Desk, definition: PressDefinition, press: Press): Promise<Answer> {
  const admitted = await admitPress(desk, definition, press);
  return admitted.ok
    ? await definition.run(press, admitted.person)
    : { as: 'words', content: admitted.words };
}

/**
 * A trigger lives three seconds, and what the modal shows may take longer: it opens empty first. Opening shows nothing
 * that not everybody may see, so who it is, is asked afterwards.
 */
async function openThenFill(
  desk: Desk,
  definition: PressDefinition & { opening: NonNullable<PressDefinition['opening']> },
  press: Press,
  { ack, locale }: { ack: Ack; locale: Locale },
): Promise<void> {
  let opened: OpenedView;
  try {
    opened = await openLoading(desk, press, definition.opening(makeTexts(locale)));
  } catch (error) {
    await ack();
    desk.log.warn({ error: describeError(error) }, 'a modal could not be opened');
    return await answerPrivately(desk, press, locale, words(locale, '⚠️', 'handlers.not_opened'));
  }
  await ack();
  const answer = (given: Answer) => answerPrivately(desk, press, locale, given, opened);
  try {
    await answer(await admitAndRun(desk, definition, press));
  } catch (error) {
    // Told where it was asked; whoever logs it hears of it too.
    await answer(words(locale, '⚠️', 'handlers.trouble'));
    desk.log.error({ err: error, what: describeError(error) }, 'a modal could not be filled');
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
