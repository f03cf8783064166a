/** `npm run ui`: every part in every state, without an engine behind it. */
import '@mantine/core/styles.css'
import '../../tokens.css'
import '../../base.css'
import { createRoot } from 'react-dom/client'
import { startWords } from '../../i18n/i18n.ts'
import { Providers } from '../../Providers.tsx'
import { applyAppearance } from '../../preferences.ts'
import { listenForKeys } from '../keys.ts'
import { Gallery } from './Gallery.tsx'

applyAppearance()
startWords()
listenForKeys()

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <Providers>
      <Gallery />
    </Providers>,
  )
