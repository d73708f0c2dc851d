import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createSecureServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { CERTIFICATE, KEY } from './certificate.ts';
import { ORDER, openGateway } from './scripted.ts';

/** Lets a server listen while a change is sent to it; gives the outcome and what the server was told. */
async function sendTo(
  open: (onSocket: (socket: Socket) => void) => Server,
  scheme: string,
  onSocket: (socket: Socket) => void = () => {},
) {
  const heard: string[] = [];
  const sockets: Socket[] = [];
  const server = open((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (part: Buffer) => heard.push(part.toString('latin1')));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const outcome = await openGateway(`${scheme}://localhost:${port}`).platform.send(ORDER);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  return { outcome, heard: heard.join('') };
}
const plain = (onSocket: (socket: Socket) => void) => createServer(onSocket);
const secure = (onSocket: (socket: Socket) => void) =>
  createSecureServer({ key: KEY, cert: CERTIFICATE }, onSocket);
const NOT_DONE = { as: 'not_done', why: 'unreachable', exchange: { status: null, answer: null } };

test('a certificate that nobody signed is told nothing', async () => {
  const { outcome, heard } = await sendTo(secure, 'https');
  expect(outcome).toMatchObject(NOT_DONE);
  expect(heard).toBe('');
});

test('a handshake that breaks off has sent nothing', async () => {
  const { outcome, heard } = await sendTo(plain, 'https', (socket) => socket.end('HTTP/1.1 400 no\r\n\r\n'));
  expect(outcome).toMatchObject(NOT_DONE);
  expect(heard).not.toContain('POST');
});

test('a handshake that never ends has sent nothing', async () => {
  const { outcome, heard } = await sendTo(plain, 'https');
  expect(outcome).toMatchObject(NOT_DONE);
  expect(heard).not.toContain('POST');
});

test('what was heard and not answered is unknown', async () => {
  const { outcome, heard } = await sendTo(plain, 'http');
  expect(outcome).toMatchObject({ as: 'unknown', why: 'time_limit' });
  expect(heard.match(/POST/g)).toHaveLength(1);
  expect(heard.toLowerCase()).toMatch(/^connection: close\r$/m);
});

test('a certificate that is trusted is called', async () => {
  // Whom Node trusts is fixed when it starts.
  const folder = await mkdtemp(join(tmpdir(), 'trusted-'));
  await writeFile(join(folder, 'ca.pem'), CERTIFICATE);
  const script = fileURLToPath(new URL('call-securely.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
  });
  await rm(folder, { recursive: true });
  expect(JSON.parse(stdout)).toMatchObject({ came: true, status: 202, json: { path: '/a?b=c', body: 'ü' } });
});
