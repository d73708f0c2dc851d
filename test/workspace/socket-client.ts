import { once } from 'node:events';
import { WebSocket } from 'ws';
import { waitFor } from '../support/wait-for.ts';
import type { OpenWorkspace } from './open-workspace.ts';

export const APP_TOKEN = 'xapp-test';

export interface Frame {
  type: string;
  envelope_id?: string;
  accepts_response_payload?: boolean;
  payload?: Record<string, unknown>;
  retry_attempt?: number;
  retry_reason?: string;
  reason?: string;
  [field: string]: unknown;
}

/** Calls apps.connections.open and opens the socket, as raw as it comes; acks nothing by itself. */
export async function openSocket(slack: OpenWorkspace, more = '') {
  const { url } = await slack.api('apps.connections.open', {}, APP_TOKEN);
  return await connectSocket(String(url) + more);
}

export async function connectSocket(url: string) {
  const socket = new WebSocket(url);
  const frames: Frame[] = [];
  let closed = false;
  let taken = 0;
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString('utf8')) as Frame));
  socket.on('close', () => {
    closed = true;
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    frames,
    /** Resolves at the next ping of the workspace's. */
    pinged: () => once(socket, 'ping'),
    /** Pings, and resolves at the answer. */
    async ping() {
      const answered = once(socket, 'pong');
      socket.ping();
      await answered;
    },
    /** The next frame that was not looked at yet. */
    next: () =>
      waitFor('a frame', async () => (frames[taken] === undefined ? undefined : frames[taken++]), 8_000),
    ack: (frame: Frame, payload?: unknown) =>
      socket.send(
        JSON.stringify({ envelope_id: frame.envelope_id, ...(payload === undefined ? {} : { payload }) }),
      ),
    say: (text: string) => socket.send(text),
    close: () => socket.close(),
    gone: () => waitFor('the end of a socket', async () => (closed ? true : undefined), 8_000),
  };
}
