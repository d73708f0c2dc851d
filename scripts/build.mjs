// Compiles to dist/ and puts beside the code what tsc does not carry: the SQL files and the example policy.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
const isSql = (path) => !/\.(ts|tsx|json|md|css|html)$/.test(path);
for (const folder of ['src', 'sandbox']) cpSync(folder, `dist/${folder}`, { recursive: true, filter: isSql });
cpSync('policy.example.yml', 'dist/policy.example.yml');
