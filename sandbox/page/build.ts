import { fileURLToPath } from 'node:url';
import type { BuildOptions, OutputFile } from 'esbuild';

interface PageFile {
  /** The value of Content-Type. */
  type: string;
  body: Buffer;
}

export interface Page {
  /** Path as requested ('/', '/page.js', ...) to what is served there. */
  files: Map<string, PageFile>;
  /** Sent with every one of the files. */
  headers: Record<string, string>;
}

/** Nothing may come from anywhere but the workspace itself, and no inline script or style runs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const DOCUMENT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Mutabık sandbox</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body><div id="root"></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`;

/** Two rows of equal length: what two books look like when they agree. */
const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0b6b57"/><path d="M8 12.5h16M8 19.5h16" stroke="#fff" stroke-width="3.4" stroke-linecap="round"/></svg>`;

/**
 * Bundles the sandbox's page into memory (about 0.3 s). The caller serves the files on the workspace's own origin,
 * because the page talks to `/sandbox/...` there. esbuild is loaded only when a page is wanted.
 */
export async function buildPage(): Promise<Page> {
  const { build } = await import('esbuild');
  const result = await build(bundleOptions());
  const files = new Map<string, PageFile>([
    ['/', { type: 'text/html; charset=utf-8', body: Buffer.from(DOCUMENT) }],
    ['/favicon.svg', { type: 'image/svg+xml', body: Buffer.from(FAVICON) }],
  ]);
  for (const output of result.outputFiles) {
    const [path, file] = servedFile(output);
    files.set(path, file);
  }
  return {
    files,
    headers: {
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-cache',
    },
  };
}

function bundleOptions(): BuildOptions & { write: false } {
  const entry = fileURLToPath(new URL('page.tsx', import.meta.url));
  return {
    entryPoints: { page: entry },
    // With write off the folder only gives the outputs their names.
    outdir: '/',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    charset: 'utf8',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
    // The page has its own compiler options; the root's know no JSX.
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx', target: 'es2022' } },
  };
}

function servedFile(output: OutputFile): [string, PageFile] {
  const isStyle = output.path.endsWith('.css');
  return [
    isStyle ? '/page.css' : '/page.js',
    {
      type: isStyle ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
      body: Buffer.from(output.contents),
    },
  ];
}
