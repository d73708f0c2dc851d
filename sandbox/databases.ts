import pg from 'pg';
import type { Postgres } from './postgres/launch.ts';
import type { SandboxSecrets } from './home.ts';

/** The addresses of the sandbox's three databases on its one PostgreSQL. */
export interface SandboxDatabases {
  /** Ours, as the app; the owner migrates. */
  app: string;
  owner: string;
  /** The platform's money: read by the app, owned by the platform. */
  finance: string;
  financeOwner: string;
  /** The sandbox's own: the workspace and the clock. */
  sandbox: string;
}

const LOGINS = {
  mutabik_owner: 'ownerPassword',
  mutabik_app: 'appPassword',
  finance_owner: 'financeOwnerPassword',
  finance_reader: 'financeReaderPassword',
} as const satisfies Record<string, keyof SandboxSecrets>;

const DATABASES = { mutabik: 'mutabik_owner', finance: 'finance_owner', sandbox: 'postgres' };

/** Makes the logins and databases that are not there yet; a start that was cut off in the middle is made whole. */
export async function makeDatabases(postgres: Postgres, secrets: SandboxSecrets): Promise<SandboxDatabases> {
  const client = new pg.Client({ connectionString: postgres.superuserUrl('postgres') });
  await client.connect();
  try {
    for (const [login, secret] of Object.entries(LOGINS)) await makeLogin(client, login, secrets[secret]);
    await client.query('grant mutabik_app to mutabik_owner');
    for (const [database, owner] of Object.entries(DATABASES)) await makeDatabase(client, database, owner);
  } finally {
    await client.end();
  }
  return databaseUrls(postgres, secrets);
}

/** The addresses, for a process that joins a running sandbox. */
export function databaseUrls(
  server: Pick<Postgres, 'host' | 'port'>,
  secrets: SandboxSecrets,
): SandboxDatabases {
  const url = (login: string, password: string, database: string): string =>
    `postgresql://${login}:${encodeURIComponent(password)}@${server.host}:${server.port}/${database}`;
  return {
    app: url('mutabik_app', secrets.appPassword, 'mutabik'),
    owner: url('mutabik_owner', secrets.ownerPassword, 'mutabik'),
    finance: url('finance_reader', secrets.financeReaderPassword, 'finance'),
    financeOwner: url('finance_owner', secrets.financeOwnerPassword, 'finance'),
    sandbox: url('postgres', secrets.superuserPassword, 'sandbox'),
  };
}

async function makeLogin(client: pg.Client, login: string, password: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [login]);
  if (rowCount === 0) await client.query(`create role ${login} login password ${pg.escapeLiteral(password)}`);
}

async function makeDatabase(client: pg.Client, database: string, owner: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
  if (rowCount === 0) await client.query(`create database ${database} owner ${owner} strategy file_copy`);
}
