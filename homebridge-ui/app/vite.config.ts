/** Builds the page into `homebridge-ui/public`, where Config UI X looks for it. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Config UI X and the local dashboard serve it under paths of their own.
  base: './',
  build: {
    outDir: '../public',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    // A name that stays the same: the fragment may be cached apart from what it names.
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/page.js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
});
