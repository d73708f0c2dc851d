import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

export interface TestBrowser {
  browser: Browser;
  stop(): Promise<void>;
}

/**
 * A headless Chromium, unpacked (about 2 s) into a folder of its own: the package would otherwise take any file
 * named chromium in the temporary folder, of whatever version or owner. Needs libnss3, libnspr4 and libexpat1.
 */
export async function launchBrowser(): Promise<TestBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'mutabik-browser-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    const packaged = await import('@sparticuz/chromium');
    const executablePath = await packaged.default.executablePath();
    // The package's own arguments include --single-process, with which closing a context ends the browser.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], headless: true });
    return {
      browser,
      stop: async () => {
        await browser.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
