/**
 * How the Activity is built, served while it is worked on, and tested.
 *
 * The built files stand at `/` of our own address. Discord's frame has old WebViews among its hosts (iOS, Android),
 * hence the target: what every browser has known since 2022.
 */

import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from the default export.
export default defineConfig({
  base: '/',
  // Inside Discord the page gets Discord's content security policy, which allows our own origin: nothing is inlined.
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
  },
});
