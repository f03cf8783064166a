import { registerHooks } from 'node:module'

/** Loaded before the shell's main: `import … from 'electron'` then means the stand-in's Electron. */
const shim = new URL('./electron.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: shim, shortCircuit: true } : next(specifier, context),
})
