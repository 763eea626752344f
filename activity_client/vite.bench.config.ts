/** How the pages of `make bench-sync` are built: into `.local`, never into what is deployed. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from the default export.
export default defineConfig({
  root: at('bench'),
  base: '/',
  publicDir: false,
  build: {
    outDir: at('../.local/bench_sync/pages'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      input: { peer_page: at('bench/peer_page.html'), sampler: at('bench/install_sampler.ts') },
      output: { entryFileNames: '[name].js' },
    },
  },
});
