/**
 * Fails the build when what a browser must load before anything happens has grown too large.
 *
 * Counted are the scripts that index.html names (module scripts and their preloads), gzipped; what is loaded later,
 * such as the player, is not.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { argv, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Bytes, gzipped: 90 KB, of which Discord's SDK alone takes 45. */
export const BUDGET_BYTES = 90 * 1024;

/**
 * The scripts that a document loads at once.
 *
 * @param {string} document HTML as Vite writes it
 * @returns {string[]} addresses from the root, such as `/assets/index-1a2b3c.js`
 */
export function initialScripts(document) {
  const tags = document.match(/<(?:script|link)\b[^>]*>/g) ?? [];
  const loading = tags.filter((tag) => tag.startsWith('<script') || /rel="modulepreload"/.test(tag));
  return loading.flatMap((tag) => /(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? []);
}

/**
 * What they weigh together.
 *
 * @param {string} folder the built files
 * @returns {number} bytes, gzipped
 */
export function initialBytes(folder) {
  const scripts = initialScripts(readFileSync(join(folder, 'index.html'), 'utf-8'));
  const sizes = scripts.map((address) => gzipSync(readFileSync(join(folder, address)), { level: 9 }).length);
  return sizes.reduce((total, size) => total + size, 0);
}

/**
 * Compares with the budget and says how it went.
 *
 * @param {string} folder the built files
 * @param {number} budget bytes, gzipped
 * @returns {{ fits: boolean, sentence: string }}
 */
export function verdict(folder, budget = BUDGET_BYTES) {
  if (!existsSync(join(folder, 'index.html'))) {
    return { fits: false, sentence: `There is no index.html in ${folder}.` };
  }
  const bytes = initialBytes(folder);
  const share = `${kilobytes(bytes)} of ${kilobytes(budget)} KB`;
  if (bytes === 0) {
    return { fits: false, sentence: 'index.html loads no script; the budget cannot be checked.' };
  }
  if (bytes > budget) {
    return {
      fits: false,
      sentence: `Initial JavaScript is too large: ${share}, gzipped. Load some of it later.`,
    };
  }
  return { fits: true, sentence: `Initial JavaScript: ${share}, gzipped.` };
}

/**
 * @param {number} bytes
 * @returns {string}
 */
function kilobytes(bytes) {
  return (bytes / 1024).toFixed(1);
}

if (argv[1] && resolve(argv[1]) === fileURLToPath(import.meta.url)) {
  const { fits, sentence } = verdict(resolve(import.meta.dirname, '..', 'dist'));
  (fits ? stdout : stderr).write(`${sentence}\n`);
  exit(fits ? 0 : 1);
}
