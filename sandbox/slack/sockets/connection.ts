import type { WebSocket } from 'ws';
import { BOT } from '../types.ts';

/** Slack's own server pings too, and its clients expect the next ping within 30 s. */
const PING_EVERY_MS = 10_000;
const HOST = 'applink-local';

export type DisconnectReason = 'warning' | 'refresh_requested' | 'too_many_websockets';

/** One socket of the app. */
export interface Connection {
  /** False as soon as it ends, which is before the other side knows. */
  isOpen(): boolean;
  /** Writes one frame; `written` is called when the system has it. A closed socket takes nothing and says nothing. */
  send(frame: object, written?: () => void): void;
  /** Tells the app that this socket will end; "warning" comes first, about ten seconds ahead. */
  sayDisconnect(reason: DisconnectReason): void;
  /** Ends it without a word, as a broken line does. */
  cut(): void;
  /** Ends it with a close frame. */
  close(): void;
}

/** Sends hello, and keeps the socket alive with pings until it closes. */
export function openConnection(
  socket: WebSocket,
  options: { numConnections: number; lifeSeconds: number; startedAt: string },
): Connection {
  let answeredPing = true;
  const pings = setInterval(() => {
    if (!answeredPing) return socket.terminate();
    answeredPing = false;
    socket.ping(`Ping from ${HOST}`);
  }, PING_EVERY_MS).unref();
  socket.on('pong', () => {
    answeredPing = true;
  });
  socket.on('close', () => clearInterval(pings));
  const connection: Connection = {
    isOpen: () => socket.readyState === socket.OPEN,
    send(frame, written) {
      if (!connection.isOpen()) return;
      socket.send(JSON.stringify(frame), (error) => {
        if (error === undefined || error === null) written?.();
      });
    },
    sayDisconnect: (reason) => connection.send({ type: 'disconnect', reason, debug_info: { host: HOST } }),
    cut: () => socket.terminate(),
    close: () => socket.close(1000),
  };
  connection.send({
    type: 'hello',
    num_connections: options.numConnections,
    connection_info: { app_id: BOT.appId },
    debug_info: {
      host: HOST,
      started: options.startedAt,
      build_number: 1,
      approximate_connection_time: options.lifeSeconds,
    },
  });
  return connection;
}
