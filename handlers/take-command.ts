import type { RespondArguments } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import { renderNotice } from '../blocks/notice.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { admit } from './admit.ts';
import type { Answer, CommandCall, CommandDefinition, Desk } from './desk.ts';
import { answerPrivately } from './private-answer.ts';
import { ANSWER_LIMIT_MS, within } from './within.ts';

type Ack = (reply?: RespondArguments) => Promise<void>;

/** Takes a slash command: its answer is the reply that only the caller sees. */
export async function takeCommand(
  desk: Desk,
  definition: CommandDefinition,
  call: CommandCall,
  ack: Ack,
): Promise<void> {
  const startedAt = performance.now();
  const admitted = await admit(desk, call, {
    roles: definition.roles,
    action: definition.command,
    subject: { kind: 'person', id: call.clicker.userId },
  });
  if (!admitted.ok) return await ack(asReply(admitted.words));
  const { locale } = admitted.person;
  const texts = makeTexts(locale);
  const leftMs = Math.max(200, ANSWER_LIMIT_MS - (performance.now() - startedAt));
  try {
    const timely = await within(leftMs, definition.run(call, admitted.person));
    if (timely.inTime) return await reply(desk, call, locale, timely.value, ack);
    await ack(asReply(renderNotice('⏳', [texts.t('handlers.late')])));
    await answerPrivately(desk, call, locale, await timely.later);
  } catch (error) {
    await ack(asReply(renderNotice('⚠️', [texts.t('handlers.trouble')])));
    throw error;
  }
}

async function reply(
  desk: Desk,
  call: CommandCall,
  locale: 'en' | 'tr',
  answer: Answer,
  ack: Ack,
): Promise<void> {
  if (answer.as === 'words') return await ack(asReply(answer.content));
  await ack();
  await answerPrivately(desk, call, locale, answer);
}

function asReply({ text, blocks }: MessageContent): RespondArguments {
  return { response_type: 'ephemeral', text, blocks: blocks as KnownBlock[] };
}
