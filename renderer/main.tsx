/** Starts the page: words, appearance, the link to the engine, then the first screen. */
import '@mantine/core/styles.css'
import './tokens.css'
import './base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { startWords } from './i18n/i18n.ts'
import { mendSystemLocale } from './i18n/system-locale.ts'
import { Providers } from './Providers.tsx'
import { applyAppearance } from './preferences.ts'

mendSystemLocale()
applyAppearance()
startWords()

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <Providers>
        <App />
      </Providers>
    </StrictMode>,
  )
