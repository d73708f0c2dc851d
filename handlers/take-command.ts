import type { RespondArguments } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import { renderNotice } from '../blocks/notice.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Locale } from '../src/texts.ts';
import { admit, knownLocale } from './admit.ts';
import type { Answer, CommandCall, CommandDefinition, Desk } from './desk.ts';
import { openThenFill } from './open-then-fill.ts';
import { answerPrivately } from './private-answer.ts';
import { noteTypedSecret, secretInWords, secretWords, type TypedSecret } from './typed-secret.ts';
import { ANSWER_LIMIT_MS, once, within } from './within.ts';

type Ack = (reply?: RespondArguments) => Promise<void>;

/** Takes a slash command: its answer is the reply that only the caller sees. */
export async function takeCommand(
  desk: Desk,
  definition: CommandDefinition,
  call: CommandCall,
  ackCommand: Ack,
): Promise<void> {
  const ack = once(ackCommand);
  const locale = await knownLocale(desk, call);
  // Before its words go anywhere, also into the modal that opens at once.
  const secret = secretInWords(call.text);
  const loading = secret === null ? definition.opening?.(call, makeTexts(locale)) : undefined;
  try {
    if (loading !== undefined) {
      const work = () => admitAndRun(desk, definition, call, null);
      return await openThenFill(desk, call, { loading, locale, ack: () => ack(), work });
    }
    const timely = await within(ANSWER_LIMIT_MS, admitAndRun(desk, definition, call, secret));
    if (timely.inTime) return await reply(desk, call, locale, timely.value, ack);
    await ack(asReply(renderNotice('⏳', [makeTexts(locale).t('handlers.late')])));
    await answerPrivately(desk, call, locale, await timely.later);
  } catch (error) {
    await ack(asReply(renderNotice('⚠️', [makeTexts(locale).t('handlers.trouble')])));
    throw error;
  }
}

async function admitAndRun(
  desk: Desk,
  definition: CommandDefinition,
  call: CommandCall,
  secret: TypedSecret | null,
): Promise<Answer> {
  const admitted = await admit(desk, call, {
    roles: definition.roles,
    action: definition.command,
    subject: { kind: 'person', id: call.clicker.userId },
  });
  if (!admitted.ok) return { as: 'words', content: admitted.words };
  if (secret === null) return await definition.run(call, admitted.person);
  await noteTypedSecret(desk, call, definition.command, secret);
  const words = secretWords(makeTexts(admitted.person.locale), secret);
  return { as: 'words', content: renderNotice('🔑', [words]) };
}

async function reply(desk: Desk, call: CommandCall, locale: Locale, answer: Answer, ack: Ack): Promise<void> {
  if (answer.as === 'words') return await ack(asReply(answer.content));
  await ack();
  await answerPrivately(desk, call, locale, answer);
}

function asReply({ text, blocks }: MessageContent): RespondArguments {
  return { response_type: 'ephemeral', text, blocks: blocks as KnownBlock[] };
}
