import { renderNotice } from '../blocks/notice.ts';
import { makeTexts, type Locale } from '../src/texts.ts';
import { admit, knownLocale } from './admit.ts';
import type { Answer, Desk, Press, PressDefinition } from './desk.ts';
import { openThenFill } from './open-then-fill.ts';
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
  try {
    if (opening === undefined) await runThenAck(desk, definition, press, ack);
    else {
      const locale = await knownLocale(desk, press);
      const loading = opening(makeTexts(locale));
      const work = async () => (await admitAndRun(desk, definition, press)).answer;
      await openThenFill(desk, press, { loading, locale, ack, work });
    }
  } catch (error) {
    await ack();
    await tellInWords(desk, press, '⚠️', 'handlers.trouble');
    throw error;
  }
}

/**
 * Changes first, then acks: an ack means accepted. What takes too long is acked, and answered when it is done. The
 * language comes with the person; it is read by itself only where words are due before anybody is known.
 */
async function runThenAck(desk: Desk, definition: PressDefinition, press: Press, ack: Ack): Promise<void> {
  const timely = await within(ANSWER_LIMIT_MS, admitAndRun(desk, definition, press));
  await ack();
  if (!timely.inTime) await tellInWords(desk, press, '⏳', 'handlers.late');
  const { locale, answer } = timely.inTime ? timely.value : await timely.later;
  await answerPrivately(desk, press, locale, answer);
}

/** What somebody is told, and in which language. */
interface Told {
  locale: Locale;
  answer: Answer;
}

async function admitAndRun(desk: Desk, definition: PressDefinition, press: Press): Promise<Told> {
  const admitted = await admitPress(desk, definition, press);
  if (!admitted.ok) return { locale: admitted.locale, answer: { as: 'words', content: admitted.words } };
  const { person } = admitted;
  return { locale: person.locale, answer: await definition.run(press, person) };
}

function admitPress(desk: Desk, { roles, noun, verb, about }: PressDefinition, press: Press) {
  return admit(desk, press, {
    roles,
    action: `${noun}.${verb}`,
    subject: { kind: about, id: press.id === '' ? noun : press.id },
  });
}

async function tellInWords(
  desk: Desk,
  press: Press,
  symbol: string,
  key: 'handlers.late' | 'handlers.trouble',
): Promise<void> {
  const locale = await knownLocale(desk, press);
  const content = renderNotice(symbol, [makeTexts(locale).t(key)]);
  await answerPrivately(desk, press, locale, { as: 'words', content });
}
