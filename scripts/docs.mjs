// Writes the reference pages from their schemas: node --import tsx scripts/docs.mjs
import { writeFileSync } from 'node:fs';
import { configurationPage, policyPage } from '../src/cli/reference-pages.ts';

writeFileSync('docs/configuration.md', configurationPage());
writeFileSync('docs/policy.md', policyPage());
