/** `npm run ui`: a page of all parts in all states, for whoever builds screens. Never part of the app. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: 'renderer/ui/gallery',
  base: './',
  plugins: [react()],
  server: { host: '127.0.0.1', fs: { allow: ['../../..'] } },
  build: { outDir: '../../../dist/ui', emptyOutDir: true, target: 'chrome140', assetsInlineLimit: 0 },
})
