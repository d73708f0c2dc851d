import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildPage } from '../../sandbox/page/build.ts';
import { fixtureCalls, makeFixtureState } from './fixture-state.ts';

export interface FixtureServer {
  url: string;
  /** What /sandbox/state answers; tests change it. */
  state: ReturnType<typeof makeFixtureState>;
  /** Bodies posted by the page, in order. */
  posts: { path: string; body: Record<string, unknown> }[];
  /** What a path answers to a post; {} where nothing stands. May change the state first. */
  answers: Record<string, (body: Record<string, unknown>) => object>;
  /** While set, /sandbox/state answers 500. */
  failing: boolean;
  stop(): Promise<void>;
}

/** Serves the page with a canned workspace behind it. */
export async function startFixtureServer(): Promise<FixtureServer> {
  const page = await buildPage();
  const posts: FixtureServer['posts'] = [];
  const fixture = {
    state: makeFixtureState(),
    failing: false,
    answers: {} as FixtureServer['answers'],
  };
  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const json = (body: object, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const file = page.files.get(url.pathname);
    if (file) {
      response.writeHead(200, { ...page.headers, 'content-type': file.type }).end(file.body);
    } else if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      posts.push({ path: url.pathname, body });
      const taken = { ack_ms: 12, status: 200 };
      json(fixture.answers[url.pathname]?.(body) ?? (url.pathname === '/sandbox/click' ? taken : {}));
    } else if (url.pathname === '/sandbox/state') {
      if (fixture.failing) json({ error: 'database is starting' }, 500);
      else json(fixture.state);
    } else if (url.pathname === '/sandbox/log') {
      const since = Number(url.searchParams.get('since') ?? 0);
      json({ calls: fixtureCalls.filter((call) => call.seq > since) });
    } else if (url.pathname === '/sandbox/files/F1') {
      response.writeHead(200, { 'content-type': 'text/csv' }).end('finding,rule\nf_1,R01\n');
    } else {
      json({ error: 'not_found' }, 404);
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(fixture, {
    url: `http://127.0.0.1:${port}/`,
    posts,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
