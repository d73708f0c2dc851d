import type { App, BlockAction, SlashCommand, ViewSubmitAction } from '@slack/bolt';
import { parseActionId, parsePressed, type PressedElement } from '../blocks/actions.ts';
import { renderNotice } from '../blocks/notice.ts';
import { assert, describeError } from '../src/errors.ts';
import type { UserId } from '../src/ids.ts';
import type { Clicker } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { CommandDefinition, Desk, PressDefinition, SubmitDefinition } from './desk.ts';
import { readCommandBody, readPressBody, readSubmitBody } from './read-body.ts';
import { takeCommand } from './take-command.ts';
import { takePress } from './take-press.ts';
import { takeSubmission } from './take-submission.ts';

type HomePublisher = (clicker: Clicker) => Promise<void>;

/** Everything that can be pressed, sent or called, by its id: each noun adds its own, then all are attached to Bolt. */
export interface Listeners {
  press(definition: PressDefinition): void;
  submit(definition: SubmitDefinition): void;
  command(definition: CommandDefinition): void;
  /** Somebody looks at the app's Home. */
  home(publish: HomePublisher): void;
  attach(app: App): void;
}

export function makeListeners(desk: Desk): Listeners {
  const presses = new Map<string, PressDefinition>();
  const submissions = new Map<string, SubmitDefinition>();
  const commands = new Map<string, CommandDefinition>();
  let publishHome: HomePublisher | undefined;
  const once = <T>(map: Map<string, T>, id: string, definition: T): void => {
    assert(!map.has(id), `${id} is listened to twice`);
    map.set(id, definition);
  };
  return {
    press: (definition) => once(presses, `${definition.noun}.${definition.verb}`, definition),
    submit: (definition) => once(submissions, definition.callbackId, definition),
    command: (definition) => once(commands, definition.command, definition),
    home: (publish) => {
      publishHome = publish;
    },
    attach(app) {
      attachPresses(app, desk, presses, async (clicker) => publishHome?.(clicker));
      attachSubmissions(app, desk, submissions);
      attachCommands(app, desk, commands);
      attachRest(app, desk);
      app.event('app_home_opened', async ({ event, context }) => {
        if (event.tab !== 'home') return;
        await publishHome?.({ userId: event.user as UserId, teamId: context.teamId ?? '' });
      });
      app.error(async (error) =>
        desk.log.error({ err: error, what: describeError(error) }, 'a listener failed'),
      );
    },
  };
}

const ANYTHING = /.*/s;

/** A button of a message from before an upgrade may be one that nobody knows any more: it is acked and says nothing. */
function attachPresses(
  app: App,
  desk: Desk,
  presses: ReadonlyMap<string, PressDefinition>,
  publishHome: HomePublisher,
): void {
  app.action<BlockAction>({ type: 'block_actions', action_id: ANYTHING }, async ({ body, ack }) => {
    const element = body.actions[0] as PressedElement | undefined;
    const pressed = element === undefined ? undefined : whatWasPressed(element);
    const definition = pressed === undefined ? undefined : presses.get(pressed.name);
    if (pressed === undefined || definition === undefined) {
      desk.log.warn({ what: 'action' }, 'nobody listens to this');
      return await ack();
    }
    const press = { ...readPressBody(body), id: pressed.id };
    await takePress(desk, definition, press, () => ack());
    // What was pressed there is done: Home shows what is left.
    if (press.place.isHome) await publishHome(press.clicker);
  });
}

/** An overflow's option names its own action; every other element is named by its action id. */
function whatWasPressed(element: PressedElement): { name: string; id: string } | undefined {
  if (element.action_id.endsWith('.more')) {
    const pressed = parsePressed(element);
    return pressed === undefined ? undefined : { name: `${pressed.noun}.${pressed.verb}`, id: pressed.id };
  }
  const action = parseActionId(element.action_id);
  return action === undefined
    ? undefined
    : { name: `${action.noun}.${action.verb}`, id: element.value ?? '' };
}

function attachSubmissions(app: App, desk: Desk, submissions: ReadonlyMap<string, SubmitDefinition>): void {
  app.view<ViewSubmitAction>({ type: 'view_submission', callback_id: ANYTHING }, async ({ body, ack }) => {
    const definition = submissions.get(body.view.callback_id);
    if (definition === undefined) {
      desk.log.warn({ what: 'view' }, 'nobody listens to this');
      return await ack();
    }
    await takeSubmission(desk, definition, readSubmitBody(body), (answer) =>
      answer === undefined ? ack() : ack(answer),
    );
  });
}

function attachCommands(app: App, desk: Desk, commands: ReadonlyMap<string, CommandDefinition>): void {
  app.command(
    ANYTHING,
    async ({ body, ack }: { body: SlashCommand; ack: (reply?: object) => Promise<void> }) => {
      const call = readCommandBody(body);
      const definition = commands.get(body.command);
      if (definition !== undefined) return await takeCommand(desk, definition, call, (reply) => ack(reply));
      const locale = await desk.people.localeOf(call.clicker.userId).catch(() => 'en' as const);
      const command = body.command.replaceAll(/[^/\w-]/g, '').slice(0, 32);
      await ack(renderNotice('❔', [makeTexts(locale).t('handlers.unknown_command', { command })]));
    },
  );
}

/** What nobody listens to is acked all the same, so that nobody sees an error mark. */
function attachRest(app: App, desk: Desk): void {
  const acked = (what: string) => async (args: { ack: () => Promise<void> }) => {
    desk.log.warn({ what }, 'nobody listens to this');
    await args.ack();
  };
  app.action({ type: 'interactive_message', callback_id: ANYTHING }, acked('attachment action'));
  app.view({ type: 'view_closed', callback_id: ANYTHING }, async ({ ack }) => ack());
  app.shortcut(ANYTHING, acked('shortcut'));
  app.options(ANYTHING, async ({ ack }) => ack({ options: [] }));
}
