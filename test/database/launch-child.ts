import { launchPostgres } from '../../sandbox/postgres/launch.ts';

/** Launches on the folder it is given, prints the address, and stops when standard input ends. */
const dataDir = process.argv[2] ?? '';
const postgres = await launchPostgres({ dataDir, superuserPassword: 'pass:word/é' });
process.stdout.write(`${postgres.superuserUrl('postgres')}\n`);
process.stdin.on('end', () => void postgres.stop()).resume();
