import type { ViewResponseAction } from '@slack/bolt';
import { noticeModal } from '../blocks/modal.ts';
import { renderNotice } from '../blocks/notice.ts';
import { describeError } from '../src/errors.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Locale } from '../src/texts.ts';
import { admit, knownLocale } from './admit.ts';
import type { Desk, SubmitAnswer, SubmitDefinition, Submission } from './desk.ts';
import { noteTypedSecret, secretsIn, secretWords, type TypedSecret } from './typed-secret.ts';
import { ANSWER_LIMIT_MS, once, within } from './within.ts';

type Ack = (answer?: ViewResponseAction) => Promise<void>;

/** Takes a modal that was sent to its definition: commits first, then acks, since an ack means accepted. */
export async function takeSubmission(
  desk: Desk,
  definition: SubmitDefinition,
  submission: Submission,
  ackSubmission: Ack,
): Promise<void> {
  const ack = once(ackSubmission);
  const locale = await knownLocale(desk, submission);
  try {
    const timely = await within(ANSWER_LIMIT_MS, admitAndRun(desk, definition, submission));
    if (!timely.inTime) {
      await ack(instead(locale, '⏳', 'handlers.late_submit'));
      // What comes of it shows where it always shows: on the card, and when the modal is opened again.
      return void (await timely.later);
    }
    await ack(asAck(timely.value));
    await sayAfterwards(desk, definition, submission, timely.value);
  } catch (error) {
    await ack(instead(locale, '⚠️', 'handlers.trouble'));
    throw error;
  }
}

async function admitAndRun(
  desk: Desk,
  definition: SubmitDefinition,
  submission: Submission,
): Promise<SubmitAnswer> {
  const admitted = await admit(desk, submission, {
    roles: definition.roles,
    action: definition.callbackId,
    subject: { kind: definition.about, id: subjectOf(submission) },
  });
  if (!admitted.ok) return onTop(submission, admitted.locale, admitted.words);
  // Before anything else sees what was typed: a value that a verb, a log or a task has had is kept somewhere.
  const secrets = secretsIn(submission.view.values);
  return secrets.length === 0
    ? await definition.run(submission, admitted.person)
    : await refuseSecrets(desk, definition, submission, { secrets, locale: admitted.person.locale });
}

async function refuseSecrets(
  desk: Desk,
  { callbackId }: SubmitDefinition,
  submission: Submission,
  { secrets, locale }: { secrets: readonly TypedSecret[]; locale: Locale },
): Promise<SubmitAnswer> {
  const texts = makeTexts(locale);
  for (const secret of secrets) await noteTypedSecret(desk, submission, callbackId, secret);
  const errors = secrets.map((secret) => [secret.field, secretWords(texts, secret)] as const);
  return { as: 'errors', errors: Object.fromEntries(errors) };
}

function asAck(answer: SubmitAnswer): ViewResponseAction | undefined {
  switch (answer.as) {
    case 'close':
      return undefined;
    case 'clear':
      return { response_action: 'clear' };
    case 'errors':
      return { response_action: 'errors', errors: answer.errors };
    case 'update':
    case 'push':
      return { response_action: answer.as, view: answer.view };
  }
}

async function sayAfterwards(
  desk: Desk,
  definition: SubmitDefinition,
  submission: Submission,
  answer: SubmitAnswer,
): Promise<void> {
  if (answer.as !== 'close' && answer.as !== 'clear') return;
  if (answer.as === 'close') await drawBelow(desk, answer.afterwards);
  const channelId = definition.channelOf?.(submission) ?? null;
  if (answer.words === undefined || channelId === null) return;
  const to = { channelId, userId: submission.clicker.userId, content: answer.words };
  await desk.views
    .postEphemeral(to)
    .catch((error: unknown) =>
      desk.log.warn({ error: describeError(error) }, 'a private answer did not arrive'),
    );
}

/** What was decided is decided, whether or not the modal below shows it. */
async function drawBelow(desk: Desk, draw: (() => Promise<void>) | undefined): Promise<void> {
  await draw?.().catch((error: unknown) =>
    desk.log.warn({ error: describeError(error) }, 'the modal below could not be drawn anew'),
  );
}

/** A notice on top, so that what was typed is not lost; instead of the modal where no room is left on top. */
function onTop(submission: Submission, locale: Locale, content: MessageContent): SubmitAnswer {
  const texts = makeTexts(locale);
  const view = noticeModal(texts, texts.t('modal.notice_title'), content);
  return { as: submission.view.depth < 2 ? 'push' : 'update', view };
}

function instead(
  locale: Locale,
  symbol: string,
  key: 'handlers.late_submit' | 'handlers.trouble',
): ViewResponseAction {
  const texts = makeTexts(locale);
  const content = renderNotice(symbol, [texts.t(key)]);
  return { response_action: 'update', view: noticeModal(texts, texts.t('modal.notice_title'), content) };
}

/** The id that the modal's metadata names, for the audit row of a refusal. */
function subjectOf({ view }: Submission): string {
  try {
    const { id } = JSON.parse(view.metadata) as { id?: unknown };
    return typeof id === 'string' && id !== '' ? id : 'modal';
  } catch {
    return 'modal';
  }
}
