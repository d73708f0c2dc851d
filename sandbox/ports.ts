import { createServer } from 'node:net';
import { AppError } from '../src/errors.ts';

export interface SandboxPorts {
  app: number;
  sandbox: number;
  platform: number;
}

const VARIABLES: Record<keyof SandboxPorts, { variable: string; what: string; usual: number }> = {
  app: { variable: 'PORT', what: 'the app', usual: 3000 },
  sandbox: { variable: 'SANDBOX_PORT', what: 'the sandbox page and Slack API', usual: 3900 },
  platform: { variable: 'PLATFORM_PORT', what: 'the payment platform', usual: 3901 },
};

/** The three ports from the environment. All that is wrong with them, taken ones included, is said in one message. */
export async function choosePorts(environment: Record<string, string | undefined>): Promise<SandboxPorts> {
  const problems: string[] = [];
  const ports: SandboxPorts = { app: 0, sandbox: 0, platform: 0 };
  for (const name of ['app', 'sandbox', 'platform'] as const) {
    const { variable, what, usual } = VARIABLES[name];
    const given = environment[variable];
    const port = given === undefined || given === '' ? usual : Number(given);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      problems.push(`${variable} is not a port: ${given}`);
    else if (port > 0 && !(await isFree(port)))
      problems.push(`port ${port} (${what}) is taken: set ${variable} to another, or to 0 for any free one`);
    ports[name] = port;
  }
  if (problems.length > 0) throw new AppError('config_invalid', problems.join('; '), { retryable: false });
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
