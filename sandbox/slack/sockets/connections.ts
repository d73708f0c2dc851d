import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { BOT } from '../types.ts';
import { openConnection, type Connection } from './connection.ts';
import { makeSocketTickets } from './tickets.ts';

/** https://docs.slack.dev/apis/events-api/using-socket-mode */
const MAX_CONNECTIONS = 10;
const LIFE_SECONDS = 3_600;
const DEBUG_LIFE_SECONDS = 360;
const WARNING_AHEAD_SECONDS = 10;
const MAX_FRAME_BYTES = 4 * 1024 * 1024;

/** What happens on the app's sockets. */
interface ConnectionListener {
  opened(): void;
  received(connection: Connection, frame: string): void;
  closed(connection: Connection): void;
}

/** The app's sockets: each opened with a ticket of apps.connections.open, greeted, pinged, and renewed after an hour. */
export interface Connections {
  /** An address that opens one socket. */
  invite(): string;
  /** Takes an upgrade request of the workspace's server. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  listen(listener: ConnectionListener): void;
  /** The next open socket in turn, another than `but` if there is one. */
  next(but?: Connection): Connection | undefined;
  open(): readonly Connection[];
}

export function makeConnections(url: () => string): Connections {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  });
  const tickets = makeSocketTickets(() => performance.now());
  const listeners: ConnectionListener[] = [];
  const startedAt = new Date().toISOString();
  let connections: Connection[] = [];
  let turn = 0;

  const open = (): Connection[] => connections.filter((one) => one.isOpen());

  function welcome(socket: WebSocket, lifeSeconds: number): void {
    // A broken line says so here and closes right after.
    socket.on('error', () => undefined);
    const before = open().length;
    const isOneTooMany = before >= MAX_CONNECTIONS;
    const numConnections = Math.min(before + 1, MAX_CONNECTIONS);
    const connection = openConnection(socket, { numConnections, lifeSeconds, startedAt });
    if (isOneTooMany) {
      connection.sayDisconnect('too_many_websockets');
      return connection.close();
    }
    connections.push(connection);
    const endOfLife = endLater(connection, lifeSeconds);
    socket.on('message', (data: Buffer) => {
      for (const each of listeners) each.received(connection, data.toString('utf8'));
    });
    socket.on('close', () => {
      endOfLife.forget();
      connections = connections.filter((one) => one !== connection);
      for (const each of listeners) each.closed(connection);
    });
    for (const each of listeners) each.opened();
  }

  return {
    invite: () =>
      `${url().replace(/^http/, 'ws')}/link/?ticket=${tickets.issue()}&app_id=${BOT.appId.toLowerCase()}`,
    accept(request, socket, head) {
      const { pathname, searchParams } = new URL(request.url ?? '/', url());
      if (pathname !== '/link/' || !tickets.use(searchParams.get('ticket') ?? '')) {
        return void socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      }
      const isDebug = searchParams.get('debug_reconnects') === 'true';
      const lifeSeconds = isDebug ? DEBUG_LIFE_SECONDS : LIFE_SECONDS;
      server.handleUpgrade(request, socket, head, (opened) => welcome(opened, lifeSeconds));
    },
    listen: (listener) => void listeners.push(listener),
    next(but) {
      const all = open();
      const others = all.filter((one) => one !== but);
      const choice = others.length === 0 ? all : others;
      turn += 1;
      return choice[turn % choice.length];
    },
    open,
  };
}

/** A socket lives for so long, in real time; the app is warned, told, and then cut off. */
function endLater(connection: Connection, lifeSeconds: number): { forget(): void } {
  const warned = setTimeout(
    () => connection.sayDisconnect('warning'),
    (lifeSeconds - WARNING_AHEAD_SECONDS) * 1000,
  ).unref();
  const ended = setTimeout(() => {
    connection.sayDisconnect('refresh_requested');
    connection.close();
  }, lifeSeconds * 1000).unref();
  return {
    forget() {
      clearTimeout(warned);
      clearTimeout(ended);
    },
  };
}
