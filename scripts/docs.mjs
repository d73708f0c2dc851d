// Writes the reference pages from what they describe: node --import tsx scripts/docs.mjs
import { writeFileSync } from 'node:fs';
import { contractPage } from '../src/cli/contract-page.ts';
import { configurationPage, policyPage } from '../src/cli/reference-pages.ts';

writeFileSync('docs/configuration.md', configurationPage());
writeFileSync('docs/policy.md', policyPage());
writeFileSync('docs/finance-contract.md', contractPage());
