import { defineConfig } from 'vitest/config';

/**
 * `npm test` runs everything that answers within seconds; what needs long histories, killed processes or a
 * browser is named `*.deep.test.ts` and runs with `npm run test:deep`.
 */
const deep = process.env['MUTABIK_DEEP'] === '1';

export default defineConfig({
  test: {
    include: deep ? ['test/**/*.deep.test.ts'] : ['test/**/*.test.ts'],
    exclude: deep ? [] : ['test/**/*.deep.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: deep ? 180_000 : 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
