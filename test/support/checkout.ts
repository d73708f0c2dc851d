import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This checkout, without a slash at the end. */
export const CHECKOUT = dirname(fileURLToPath(new URL('../../package.json', import.meta.url)));

/**
 * A checkout that any user may read: this one, or a copy (hard links where the disk allows) when a folder above it is
 * closed to others, as one of mktemp's is.
 */
export function readableCheckout(): { path: string; remove(): void } {
  for (let folder = CHECKOUT; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o005) !== 0o005) return copyCheckout();
  }
  return { path: CHECKOUT, remove: () => undefined };
}

function copyCheckout(): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'mutabik-checkout-'));
  chmodSync(folder, 0o755);
  const path = join(folder, 'checkout');
  try {
    execFileSync('cp', ['-al', CHECKOUT, path], { stdio: 'ignore' });
  } catch {
    cpSync(CHECKOUT, path, { recursive: true });
  }
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
