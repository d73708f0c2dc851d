import pg from 'pg';
import { parseDatabaseConfig } from '../config.ts';
import { migrate } from '../database/migrate.ts';
import { AppError, describeError } from '../errors.ts';
import { makeLog } from '../log.ts';
import { parseOptions, type Command } from './arguments.ts';

const usage = 'mutabik migrate';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: "brings Mutabık's own database to the newest schema",
  usage,
  help: `Reads DATABASE_OWNER_URL (the owner of the tables; by default DATABASE_URL) and gives the login of DATABASE_URL
the rights the app needs and no more. Safe to run from several places at once, and again at any time.`,
  async run(args, { environment }) {
    parseOptions(args, {}, usage);
    const config = parseDatabaseConfig(environment);
    const ownerUrl = config.DATABASE_OWNER_URL ?? config.DATABASE_URL;
    const appRole = new pg.Client({ connectionString: config.DATABASE_URL }).user;
    const applied = await migrate({
      ownerUrl,
      log: makeLog(config.LOG_LEVEL),
      ...(appRole === undefined ? {} : { appRole }),
    }).catch((error: unknown) => {
      throw (error as { code?: unknown }).code === INSUFFICIENT_PRIVILEGE
        ? notTheOwner(ownerUrl, error)
        : error;
    });
    process.stdout.write(applied === 0 ? 'The schema is current.\n' : `Applied ${applied} migration(s).\n`);
    return 0;
  },
};

/** PostgreSQL's SQLSTATE for "permission denied" and "must be owner of". */
const INSUFFICIENT_PRIVILEGE = '42501';

function notTheOwner(ownerUrl: string, error: unknown): AppError {
  const login = new pg.Client({ connectionString: ownerUrl }).user ?? 'this login';
  return new AppError(
    'config_invalid',
    `${describeError(error)}: ${login} may not change the schema; set DATABASE_OWNER_URL to the owner's login`,
    { retryable: false, cause: error },
  );
}
