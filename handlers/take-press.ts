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
  const locale = await knownLocale(desk, press);
  try {
    if (opening === undefined) await runThenAck(desk, definition, press, { ack, locale });
    else {
      const loading = opening(makeTexts(locale));
      const work = () => admitAndRun(desk, definition, press);
      await openThenFill(desk, press, { loading, locale, ack, work });
    }
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

function admitPress(desk: Desk, { roles, noun, verb, about }: PressDefinition, press: Press) {
  return admit(desk, press, {
    roles,
    action: `${noun}.${verb}`,
    subject: { kind: about, id: press.id === '' ? noun : press.id },
  });
}

function words(locale: Locale, symbol: string, key: 'handlers.late' | 'handlers.trouble'): Answer {
  return { as: 'words', content: renderNotice(symbol, [makeTexts(locale).t(key)]) };
}
