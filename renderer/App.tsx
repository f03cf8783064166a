import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Events } from '../engine/api-shapes.ts'
import { forgetDrafts } from './drafts.ts'
import { Frame } from './frame/Frame.tsx'
import { forgetPlaces } from './place.ts'
import { followEngine, queries, useApi } from './queries.ts'
import { SignIn } from './session/SignIn.tsx'
import { SessionContext } from './session/session.ts'
import { Setup } from './setup/Setup.tsx'
import { Cover } from './ui/Cover.tsx'
import { ErrorNote } from './ui/ErrorNote.tsx'
import { listenForKeys } from './ui/keys.ts'
import { Note } from './ui/Note.tsx'
import { dismissUndo } from './ui/undo.ts'

type Ended = Events['session.ended']['reason']
const REASONS: readonly string[] = ['idle', 'lock', 'engine-gone'] satisfies Ended[]

/** The shell loads the page afresh when a session ends, and says why in the address: the page itself remembers nothing. */
function endedBefore(): Ended | undefined {
  const reason = new URLSearchParams(window.location.search).get('ended')
  return reason && REASONS.includes(reason) ? (reason as Ended) : undefined
}

/** Which of the three the page is: setting up, signing in, or the clinic at work. */
export function App() {
  const { t } = useTranslation()
  const status = useApi('clinic.status', {})
  const [ended, setEnded] = useState<Ended>()
  const [why, setWhy] = useState(endedBefore)

  useEffect(() => listenForKeys(), [])
  useEffect(() => followEngine(), [])
  useEffect(
    () =>
      window.alcove.on('session.ended', ({ reason }) => {
        // The shell loads the page afresh; until it has, nothing of the session may stay on it.
        forgetDrafts()
        forgetPlaces()
        dismissUndo()
        queries.clear()
        setEnded(reason)
      }),
    [],
  )

  const entered = () => {
    setWhy(undefined)
    void queries.invalidateQueries({ queryKey: ['clinic.status'] })
  }

  // Nothing to type into: the shell is about to load the page afresh, and what was typed would be lost.
  if (ended)
    return (
      <Cover>
        <Note>{t(`session.ended.${ended}`)}</Note>
      </Cover>
    )
  if (status.error)
    return (
      <Cover>
        <ErrorNote error={status.error} onRetry={() => void status.refetch()} />
      </Cover>
    )
  if (!status.data) return null
  const { state, user, facility } = status.data
  if (state === 'empty' || state === 'setup') return <Setup state={state} onEntered={entered} />
  if (state === 'locked' || !user) return <SignIn ended={why} facility={facility?.name} onEntered={entered} />
  return (
    <SessionContext value={{ user, facility: facility?.name ?? '' }}>
      <Frame />
    </SessionContext>
  )
}
