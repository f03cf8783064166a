/** Bundles the page. No dev server is used by the app: the shell serves `dist/renderer` from `app://`. */
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** `app://` is one origin and serves no CORS headers; the attribute would only stop the files from loading. */
const withoutCrossorigin: Plugin = {
  name: 'without-crossorigin',
  enforce: 'post',
  transformIndexHtml: (html) => html.replaceAll(' crossorigin', ''),
}

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), withoutCrossorigin],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    // The page's policy allows no inline style, no data: script and no fetch: everything is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
})
