import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUDGET_BYTES, initialScripts, verdict } from './bundle_budget.mjs';

const DOCUMENT = `<head>
  <link rel="stylesheet" crossorigin href="/assets/index-1.css">
  <script type="module" crossorigin src="/assets/index-1.js"></script>
  <link rel="modulepreload" crossorigin href="/assets/shared-2.js">
</head>`;

let folder = '';

function built(files: Record<string, string>): void {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), DOCUMENT);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, 'assets', name), text);
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the bundle budget', () => {
  it('is 90 KB', () => {
    expect(BUDGET_BYTES).toBe(92_160);
  });

  it('counts scripts and their preloads, not styles', () => {
    expect(initialScripts(DOCUMENT)).toEqual(['/assets/index-1.js', '/assets/shared-2.js']);
  });

  it('lets a small page pass, and says its size', () => {
    built({ 'index-1.js': 'a();', 'shared-2.js': 'b();', 'later-3.js': 'x'.repeat(1_000_000) });
    expect(verdict(folder)).toEqual({ fits: true, sentence: 'Initial JavaScript: 0.0 of 90.0 KB, gzipped.' });
  });

  it('stops a page whose scripts are too large together', () => {
    built({ 'index-1.js': 'a();', 'shared-2.js': 'b();' });
    const { fits, sentence } = verdict(folder, 40);
    expect(fits).toBe(false);
    expect(sentence).toContain('too large');
  });

  it('does not pass where there is nothing to weigh', () => {
    expect(verdict(folder).fits).toBe(false);
    writeFileSync(join(folder, 'index.html'), '<p>no script</p>');
    expect(verdict(folder).fits).toBe(false);
  });
});
