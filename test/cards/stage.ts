import { randomUUID } from 'node:crypto';
import { makeSlack } from '../../src/adapters/slack-web.ts';
import { makeCards, type Cards } from '../../src/cards/make-cards.ts';
import { requestCard, type CardRequest } from '../../src/cards/request-card.ts';
import type { CardFile, CardKind } from '../../src/cards/types.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { AppError } from '../../src/errors.ts';
import type { CardId } from '../../src/ids.ts';
import { pendingWork } from '../../src/jobs/pending.ts';
import { makeTaskRunner } from '../../src/jobs/run-task.ts';
import { beat } from '../../src/jobs/runner-store.ts';
import type { TaskKind } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { startWorkspace } from '../../sandbox/slack/start-workspace.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createBareDatabase, createOurDatabase, type TestDatabase } from '../support/databases.ts';

const BOT_TOKEN = 'xoxb-stage';
const CALL_LIMIT_MS = 5000;

/** What the cards of these tests show; a subject that is not here shows nothing. */
type Notes = Map<string, Note>;

interface Note {
  text: string;
  blocks?: object[];
  files?: CardFile[];
}

interface SeenFile {
  id: string;
  name: string;
}
interface StateMessage {
  channel: string;
  ts: string;
  thread_ts?: string;
  user: string;
  text: string;
  blocks?: unknown[];
  metadata?: unknown;
  files?: SeenFile[];
}

/** Where a process may die; `point` is called before every transaction and around every call. */
interface Crash {
  /** Points passed so far. */
  passed: number;
  /** The point at which everything stops; null: never. */
  at: number | null;
}

interface Network {
  /** Breaks the next upload of bytes, before or after it arrived. */
  cutUpload: 'before' | 'after' | null;
  /** A message that histories show as well, whatever was asked. */
  foreign: object | null;
  /** After how many real milliseconds a call is given up. */
  patienceMs: number;
  /** Called before a call leaves. */
  hold: (url: string) => Promise<void>;
}

export interface Process {
  cards: Cards;
  crash: Crash;
  network: Network;
  run: ReturnType<typeof makeTaskRunner>;
  runnerId: string;
}

export type Stage = Awaited<ReturnType<typeof makeStage>>;

/** Our database, the local workspace and processes that show cards, on one clock that the test moves. */
export async function makeStage() {
  const clock = makeTestClock('2026-01-15T06:00:00Z');
  const log = makeLog('silent');
  const ours = await createOurDatabase();
  const theirs = await createBareDatabase();
  const workspace = await startWorkspace({
    databaseUrl: theirs.ownerUrl,
    port: 0,
    clock,
    log,
    app: { eventsUrl: () => null, signingSecret: 'secret', botToken: BOT_TOKEN },
  });
  const notes: Notes = new Map();
  const stage = { clock, ours, workspace, notes };
  const main = await addProcess(stage);
  return {
    ...stage,
    main,
    addProcess: () => addProcess(stage),
    ...driver(stage, main),
    ...sandbox(workspace.url),
    async stop() {
      await workspace.stop();
      await ours.drop();
      await theirs.drop();
    },
  };
}

type Base = {
  clock: TestClock;
  ours: TestDatabase;
  workspace: Awaited<ReturnType<typeof startWorkspace>>;
  notes: Notes;
};

async function addProcess({ clock, ours, workspace, notes }: Base): Promise<Process> {
  const log = makeLog('silent');
  const crash: Crash = { passed: 0, at: null };
  const network: Network = {
    cutUpload: null,
    foreign: null,
    patienceMs: CALL_LIMIT_MS,
    hold: () => Promise.resolve(),
  };
  const cut = (url: string | URL, when: 'before' | 'after') => {
    if (network.cutUpload !== when || !String(url).includes('/upload/')) return;
    network.cutUpload = null;
    throw new TypeError('cut off');
  };
  const point = () => {
    crash.passed += 1;
    if (crash.at === null || crash.passed < crash.at) return;
    throw new AppError('overtaken', 'the process is dead', { retryable: false });
  };
  const slack = makeSlack({
    token: BOT_TOKEN,
    apiUrl: workspace.apiUrl,
    log,
    timeoutMs: CALL_LIMIT_MS,
    fetch: async (url, init) => {
      point();
      cut(url, 'before');
      await network.hold(String(url));
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(network.patienceMs) });
      cut(url, 'after');
      point();
      return String(url).endsWith('/conversations.history') && network.foreign !== null
        ? await withMessage(response, network.foreign)
        : response;
    },
  });
  const cards = makeCards({
    pool: ours.pool,
    slack,
    log,
    kinds: [noteKind(notes, 'note'), noteKind(notes, 'alert'), chartKind(notes)],
    channelOf: (name) => ({ slack: name, locale: 'en' }),
    callLimitMs: CALL_LIMIT_MS,
  });
  const runnerId = randomUUID();
  await beat(ours.pool, { id: runnerId, workerPoolId: runnerId, policyHash: 'x' });
  const run = makeTaskRunner({
    pool: ours.pool,
    clock,
    log,
    kinds: new Map(cards.taskKinds.map((kind) => [kind.kind, mortal(kind, point)])),
    runnerId,
    signal: new AbortController().signal,
    onFailed: cards.onTaskFailed,
    onPending: () => undefined,
  });
  return { cards, crash, network, run, runnerId };
}

async function withMessage(response: Response, message: object): Promise<Response> {
  const body = (await response.json()) as { messages?: object[] };
  return Response.json({ ...body, messages: [message, ...(body.messages ?? [])] });
}

function mortal(kind: TaskKind<unknown>, point: () => void): TaskKind<unknown> {
  return {
    ...kind,
    run: (context, payload) =>
      kind.run(
        {
          ...context,
          guard: async (tx) => {
            point();
            await context.guard(tx);
          },
        },
        payload,
      ),
  };
}

/** Its blocks may be refused; in words it can always stand. */
function chartKind(notes: Notes): CardKind<unknown> {
  const renderPlain = ({ text }: Note) => ({
    text,
    blocks: [{ type: 'section', text: { type: 'plain_text', text: 'in words' } }],
  });
  return { ...noteKind(notes, 'chart'), renderPlain: (model) => renderPlain(model as Note) };
}

function noteKind(notes: Notes, kind: string): CardKind<unknown> {
  const note: CardKind<Note> = {
    kind,
    load: (_db, card) =>
      Promise.resolve(notes.get(card.subject.id) ?? (kind === 'alert' ? { text: 'alert' } : null)),
    render: (model, { previousPermalink }) => ({
      text: model.text + (previousPermalink === null ? '' : ` (before: ${previousPermalink})`),
      blocks: model.blocks ?? [{ type: 'section', text: { type: 'plain_text', text: model.text } }],
    }),
    files: (model) => model.files ?? [],
  };
  return note as CardKind<unknown>;
}

function driver({ clock, ours }: Base, main: Process) {
  async function dueTasks(): Promise<string[]> {
    const { rows } = await ours.pool.query<{ id: string }>(
      `select id from tasks where state = 'pending' and due_at <= $1 order by due_at, id`,
      [clock.now()],
    );
    return rows.map((row) => row.id);
  }
  /** Runs what is due now, and what becomes due by that. */
  async function drain(process = main): Promise<void> {
    for (let rounds = 0; rounds < 200; rounds += 1) {
      const due = await dueTasks();
      if (due.length === 0) return;
      for (const id of due) await process.run(id);
    }
    throw new Error('the work does not end');
  }
  /** Runs everything that falls due within the time, moving the clock from one due moment to the next. */
  async function settle(process = main, minutes = 120): Promise<void> {
    const until = clock.now().getTime() + minutes * 60_000;
    for (;;) {
      await drain(process);
      const { nextDueAt } = await pendingWork(ours.pool, clock.now());
      if (nextDueAt === null) return;
      if (nextDueAt.getTime() > until) throw new Error(`still pending at ${nextDueAt.toISOString()}`);
      clock.set(nextDueAt);
    }
  }
  /** What a dead process held is due again, as the sweep would make it. */
  async function bury(process: Process): Promise<void> {
    await ours.pool.query(`delete from runners where id = $1`, [process.runnerId]);
    await ours.pool.query(
      `update tasks set state = 'pending', due_at = $2, runner_id = null
       where state = 'running' and runner_id = $1`,
      [process.runnerId, clock.now()],
    );
  }
  const ask = (over: Partial<CardRequest> & { id: string }): Promise<CardId> =>
    withTransaction(ours.pool, (tx) =>
      requestCard(tx, clock.now(), {
        kind: 'note',
        subject: { kind: 'reconciliation', id: over.id },
        channel: 'finance-ops',
        ...over,
      }),
    );
  async function card(id: CardId): Promise<Record<string, unknown>> {
    const { rows } = await ours.pool.query<Record<string, unknown>>(`select * from cards where id = $1`, [
      id,
    ]);
    if (rows[0] === undefined) throw new Error('no such card');
    return rows[0];
  }
  return { dueTasks, drain, settle, bury, ask, card };
}

function sandbox(url: string) {
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${url}${path}`)).json()) as T;
  async function messages(): Promise<StateMessage[]> {
    return (await get<{ messages: StateMessage[] }>('/sandbox/state')).messages;
  }
  async function plant(order: {
    target: string;
    kind: string;
    times?: number;
    retry_after?: number;
    error?: string;
  }): Promise<void> {
    const response = await fetch(`${url}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ times: 1, ...order }),
    });
    if (!response.ok) throw new Error(await response.text());
  }
  async function calls(method: string): Promise<{ method: string; ok: boolean; args: object; at: string }[]> {
    const log = await get<{ calls: { method: string; ok: boolean; args: object; at: string }[] }>(
      '/sandbox/log',
    );
    return log.calls.filter((call) => call.method === method);
  }
  async function fileText(id: string): Promise<string> {
    return await (await fetch(`${url}/sandbox/files/${id}`)).text();
  }
  return { messages, plant, calls, fileText };
}
