/**
 * How the page is built, served while it is worked on, and tested.
 *
 * The built page is served by the simulated Discord at `/discord-sim/`; while working on the page,
 * `npm run dev` passes the API's paths on to a stack that runs already (SIMULATED_DISCORD names another one).
 */

import { env } from 'node:process';
import { defineConfig } from 'vitest/config';

const simulatedDiscord = env.SIMULATED_DISCORD ?? 'http://localhost:3333';

// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from the default export.
export default defineConfig({
  base: '/discord-sim/',
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2024', assetsInlineLimit: 0 },
  server: {
    proxy: {
      '/discord-sim/api': { target: simulatedDiscord },
      '/discord-sim/cdn': { target: simulatedDiscord },
    },
  },
  test: {
    environment: 'happy-dom',
    // A frame's page is not loaded in tests, and that is no error.
    environmentOptions: {
      happyDOM: { settings: { disableIframePageLoading: true, handleDisabledFileLoadingAsSuccess: true } },
    },
    isolate: false,
    unstubGlobals: true,
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
  },
});
