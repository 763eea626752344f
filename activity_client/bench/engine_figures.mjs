/**
 * Prints how well the engine holds viewers together on simulated time, beside the targets.
 *
 * `node bench/engine_figures.mjs [minutes] [seeds]`; half an hour of four viewers takes a few seconds. No browser, no
 * network: what can be seen here is clock, controller and protocol, not a real player.
 */

import { resolve } from 'node:path';
import { argv, stdout } from 'node:process';
import { createServer } from 'vite';

const [minutes = '30', seeds = '3'] = argv.slice(2);
const vite = await createServer({
  root: resolve(import.meta.dirname, '..'),
  appType: 'custom',
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, watch: null },
});
const { figuresAsText } = await vite.ssrLoadModule('/bench/simulation/figures.ts');
stdout.write(await figuresAsText(Number(minutes), Number(seeds)));
await vite.close();
