import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { createBareDatabase, type TestDatabase } from '../support/databases.ts';

const PAGE = readFileSync(new URL('../../docs/connect-your-database.md', import.meta.url), 'utf8');
/** As the page calls it. */
const READER = 'mutabik_reader';

/** What was said about the login of a database, with the page's name for it. */
export function withPageNames(said: string): string {
  return said.replaceAll(new RegExp(`${READER}_[0-9a-f]{8}`, 'g'), READER);
}

/** Blocks of the page by their labels: "```sql views" is block `views`. */
const BLOCKS: ReadonlyMap<string, string> = new Map(
  [...PAGE.matchAll(/^```(?:sql|text) ([a-z-]+)\n([\s\S]*?)^```$/gm)].map(([, label = '', text = '']) => [
    label,
    text,
  ]),
);

export function block(label: string): string {
  const text = BLOCKS.get(label);
  if (text === undefined) throw new Error(`the page has no block ${label}`);
  return text;
}

export interface MappedDatabase extends TestDatabase {
  /** The login that the page makes. */
  readerUrl: string;
}

/** A change of the page's statements; the text must be there. */
export interface Mistake {
  block: string;
  from: string | RegExp;
  to: string;
}

/** Does what the page says, block by block, in a database of its own; its login gets a name of its own, since roles are the server's. */
export async function followPage(mistake?: Mistake): Promise<MappedDatabase> {
  const database = await createBareDatabase({ owner: 'finance_owner', login: 'finance_reader' });
  for (const label of ['platform', 'rows', 'mapping', 'views', 'indexes'])
    await database.pool.query(mistake?.block === label ? spoil(mistake) : block(label));
  const reader = `${READER}_${randomBytes(4).toString('hex')}`;
  await asSuperuser(database, block('login').replaceAll(READER, reader));
  const readerUrl = database.url.replace('finance_reader', reader);
  return {
    ...database,
    readerUrl,
    async drop() {
      await asSuperuser(database, `drop owned by ${reader}; drop role ${reader}`);
      await database.drop();
    },
  };
}

function spoil({ block: label, from, to }: Mistake): string {
  const right = block(label);
  const wrong = right.replaceAll(from, to);
  if (wrong === right) throw new Error(`block ${label} has no ${String(from)}`);
  return wrong;
}

async function asSuperuser(database: TestDatabase, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}
