import type { AckFn, App } from '@slack/bolt';
import { describeError } from '../src/errors.ts';
import type { Log } from '../src/log.ts';

/**
 * Makes a Bolt listener of a function that returns its reply. The request is acked in every path: after the work when
 * it went well (an ack means accepted), and at once when it threw, since a request without an ack hangs for three
 * seconds and then shows a failure that nobody can read. What it threw is passed on to Bolt's error handler.
 */
function listener<Body, Reply>(
  work: (body: Body) => Promise<Reply>,
): (args: { body: Body; ack: AckFn<Reply> }) => Promise<void> {
  return async ({ body, ack }) => {
    let reply: Reply;
    try {
      reply = await work(body);
    } catch (error) {
      await ack();
      throw error;
    }
    await ack(reply);
  };
}

/**
 * Whatever no listener of ours took is acked and logged, so that an old button of a message from before an upgrade
 * says nothing instead of showing an error mark.
 */
export function registerCatchAll(
  app: App,
  log: Log,
  texts: { unknownCommand(command: string): string },
): void {
  const anything = /.*/;
  const acked = (what: string) => async (args: { ack: AckFn<never> | AckFn<void> }) => {
    log.warn({ what }, 'nobody listens to this');
    await args.ack();
  };
  app.action(anything, acked('action'));
  app.action({ type: 'interactive_message', callback_id: anything }, acked('attachment action'));
  app.view(anything, acked('view'));
  app.view({ type: 'view_closed', callback_id: anything }, acked('closed view'));
  app.shortcut(anything, acked('shortcut'));
  app.options(anything, async ({ ack }) => ack({ options: [] }));
  app.command(
    anything,
    listener(async (body) => ({ text: texts.unknownCommand(body.command) })),
  );
  app.error(async (error) => log.error({ err: error, what: describeError(error) }, 'a listener failed'));
}
