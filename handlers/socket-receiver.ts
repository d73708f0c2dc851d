import { setTimeout as wait } from 'node:timers/promises';
import type { AckFn, App, Receiver } from '@slack/bolt';
import { assert, describeError } from '../src/errors.ts';
import type { Log } from '../src/log.ts';
import type { Drain } from './drain.ts';
import type { Arrived } from './socket-client.ts';
import type { SocketLine } from './socket-line.ts';

/** An ack later than Slack waits for is of no use to anybody. */
const ACK_MS = 3_000;
const TRY_AGAIN_MS = 20;
/** Answers kept for what Slack may send again because it did not get them. */
const ANSWERS_KEPT = 1_000;

export interface SocketReceiver extends Receiver {
  /** From now on nothing is taken: what arrives is left without ack, for another socket. */
  refuse(): void;
}

/**
 * Hands what arrives over the line to Bolt, once: what comes again while it is under way waits for that, and what was
 * answered before gets the same answer. An ack whose socket has closed goes over the next one.
 */
export function makeSocketReceiver(options: { line: SocketLine; drain: Drain; log: Log }): SocketReceiver {
  const { line, drain, log } = options;
  const underWay = new Set<string>();
  const answers = new Map<string, unknown>();
  let app: App | undefined;
  let refusing = false;

  async function take(arrived: Arrived): Promise<void> {
    const id = arrived.envelope_id;
    const isAnswered = answers.has(id);
    if (!isAnswered && (refusing || underWay.has(id))) return;
    underWay.add(id);
    try {
      if (isAnswered) await send(line, arrived, answers.get(id));
      else await process(arrived);
    } catch (error) {
      log.error({ err: error, what: describeError(error) }, 'what came over a socket could not be answered');
    } finally {
      underWay.delete(id);
    }
  }

  async function process(arrived: Arrived): Promise<void> {
    assert(app !== undefined, 'Bolt gives a receiver its app before it starts');
    await app.processEvent({
      body: arrived.body,
      ack: (async (payload: unknown) => await answer(arrived, payload)) as AckFn<unknown>,
      ...(arrived.retry_num === undefined ? {} : { retryNum: arrived.retry_num }),
      ...(arrived.retry_reason === undefined ? {} : { retryReason: arrived.retry_reason }),
    });
  }

  async function answer(arrived: Arrived, payload: unknown): Promise<void> {
    if (answers.has(arrived.envelope_id)) return;
    answers.set(arrived.envelope_id, payload);
    for (const oldest of answers.keys()) {
      if (answers.size <= ANSWERS_KEPT) break;
      answers.delete(oldest);
    }
    await send(line, arrived, payload);
  }

  line.listen((arrived) => void drain.count(() => take(arrived)));
  return {
    init(its) {
      app = its;
    },
    start: () => line.open(),
    stop: () => line.close(),
    refuse() {
      refusing = true;
    },
  };
}

async function send(line: SocketLine, arrived: Arrived, payload: unknown): Promise<void> {
  const until = performance.now() + ACK_MS;
  for (;;) {
    await line.whenOpen(until - performance.now());
    try {
      return await arrived.ack(payload);
    } catch (error) {
      if (performance.now() > until) throw error;
      // A socket that has begun to close still counts as open for a moment.
      await wait(TRY_AGAIN_MS);
    }
  }
}
