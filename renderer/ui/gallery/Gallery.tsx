import { Button, SegmentedControl } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Refused } from '../../api.ts'
import { speak } from '../../i18n/i18n.ts'
import { type Appearance, keepAppearance, LANGUAGES, type Language, useAppearance } from '../../preferences.ts'
import { PasswordField } from '../../session/PasswordField.tsx'
import { StrengthMeter } from '../../setup/StrengthMeter.tsx'
import { Banner } from '../Banner.tsx'
import { CodePicker } from '../CodePicker.tsx'
import { EmptyState } from '../EmptyState.tsx'
import { ErrorNote } from '../ErrorNote.tsx'
import { Field } from '../Field.tsx'
import { Keys } from '../Keys.tsx'
import { useShortcut } from '../keys.ts'
import { Loading } from '../Loading.tsx'
import { Note } from '../Note.tsx'
import { ResultTable } from '../ResultTable.tsx'
import { ShortcutList } from '../ShortcutList.tsx'
import { StatusBar } from '../StatusBar.tsx'
import { TrendChart } from '../TrendChart.tsx'
import { UndoToast } from '../UndoToast.tsx'
import { offerUndo } from '../undo.ts'
import { VirtualList } from '../VirtualList.tsx'
import styles from './Gallery.module.css'
import * as people from './people.ts'

const BLOOD_PRESSURE = [
  { label: 'Systolic', values: people.systolic },
  { label: 'Diastolic', values: people.diastolic },
]
const USUAL = { low: 90, high: 140 }
const SOLO = [{ label: 'Weight', values: [71, 70.5, null, 69, 68.2, 67.9] }]

/** Every part, named, in every state that it has. */
export function Gallery() {
  return (
    <div className={styles.page}>
      <Head />
      <main className={styles.parts}>
        <Banners />
        <Fields />
        <Lists />
        <Results />
        <States />
        <StatusBars />
      </main>
      <UndoToast />
    </div>
  )
}

function Head() {
  const { i18n } = useTranslation()
  const appearance = useAppearance()
  return (
    <header className={styles.head}>
      <h1>All parts in all states</h1>
      <SegmentedControl
        aria-label="Language"
        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
        value={i18n.language}
        onChange={(language) => void speak(language as Language)}
      />
      <SegmentedControl
        aria-label="Appearance"
        data={['auto', 'light', 'dark']}
        value={appearance}
        onChange={(it) => keepAppearance(it as Appearance)}
      />
    </header>
  )
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className={styles.part} aria-label={name}>
      <h2 className={styles.name}>{name}</h2>
      {children}
    </section>
  )
}

function Banners() {
  return (
    <Part name="Banner">
      <div className={styles.stack}>
        <Banner patient={people.asha} allergies={people.allergies}>
          <Button>Start visit</Button>
        </Banner>
        <Banner patient={people.baby} allergies={people.noneKnown} />
        <Banner patient={people.unknown} allergies={[]} />
        <Banner patient={people.asha} allergies={undefined} />
        <Banner patient={people.dead} allergies={people.noneKnown} />
      </div>
    </Part>
  )
}

function Fields() {
  const [text, setText] = useState('Asha')
  const [password, setPassword] = useState('monsoonmango')
  const [picked, setPicked] = useState<string>()
  return (
    <Part name="Field · PasswordField · CodePicker · Button · Keys">
      <div className={styles.grid}>
        <Field label="Given name" value={text} onChange={setText} hint="As on the card." />
        <Field label="Age or birth date" value="soon" onChange={setText} error="Type an age (34, 14m, 6w) or a date." />
        <Field label="MRN" value="A-00417" onChange={setText} disabled />
        <div className={styles.stack}>
          <PasswordField label="Password" value={password} onChange={setPassword} isNew />
          <StrengthMeter password={password} />
        </div>
        <CodePicker
          name="gallery"
          label="Diagnosis"
          placeholder="Type a word or a code"
          search={people.searchCodes}
          onPick={({ display }) => setPicked(display)}
          onFreeText={setPicked}
        />
        <p className={styles.quiet}>{picked ? `Picked: ${picked}` : 'Nothing picked yet.'}</p>
      </div>
      <div className={styles.row}>
        <Button rightSection={<Keys of="finish" />}>Sign note</Button>
        <Button variant="default">Save draft</Button>
        <Button variant="subtle">Back</Button>
        <Button color="red">Remove</Button>
        <Button disabled>Not now</Button>
        <Button size="compact-sm" variant="default">
          Try again
        </Button>
      </div>
    </Part>
  )
}

function Lists() {
  const [active, setActive] = useState(0)
  const [keysShown, showKeys] = useState(false)
  useShortcut('help', () => showKeys(true))
  return (
    <Part name="VirtualList · UndoToast · ShortcutList">
      <div className={styles.list}>
        <VirtualList
          label="Ten thousand rows"
          items={people.many}
          keyOf={(it) => it.id}
          row={(it) => it.text}
          active={active}
          onActive={setActive}
          onChoose={(it) => offerUndo({ text: `${it.text} removed.`, undo: async () => undefined })}
        />
      </div>
      <div className={styles.row}>
        <Button variant="default" onClick={() => offerUndo({ text: 'Problem removed.', undo: async () => undefined })}>
          Offer undo
        </Button>
        <Button variant="default" onClick={() => showKeys(true)} rightSection={<Keys of="help" />}>
          Show keys
        </Button>
      </div>
      <ShortcutList opened={keysShown} onClose={() => showKeys(false)} />
    </Part>
  )
}

function Results() {
  return (
    <Part name="ResultTable · TrendChart">
      <ResultTable label="Results" results={people.results} showAt />
      <div className={styles.grid}>
        <TrendChart label="Blood pressure" times={people.times} series={BLOOD_PRESSURE} unit="mm[Hg]" range={USUAL} />
        <TrendChart label="Weight" times={people.times} series={SOLO} unit="kg" />
        <TrendChart label="Height" times={[]} series={[]} unit="cm" />
      </div>
    </Part>
  )
}

function States() {
  return (
    <Part name="EmptyState · Loading · ErrorNote · Note">
      <div className={styles.grid}>
        <EmptyState
          icon={<IconUsers size={28} stroke={1.5} />}
          title="Nobody has come yet today"
          action={<Button variant="default">New patient</Button>}
        >
          Find a patient and start a visit, or register a new one.
        </EmptyState>
        <Loading rows={4} />
        <div className={styles.stack}>
          <ErrorNote
            error={
              new Refused({
                code: 'disk-full',
                message: 'The disk is full. Nothing was lost, but nothing more can be saved until there is room.',
              })
            }
            onRetry={() => undefined}
          />
          <ErrorNote error={new Error('a bug')} />
          <Note tone="caution">Penicillin is on this patient’s list of allergies.</Note>
          <Note>Locked after a time without use. Nothing was lost.</Note>
        </div>
      </div>
    </Part>
  )
}

function StatusBars() {
  return (
    <Part name="StatusBar">
      <div className={styles.stack}>
        {people.syncs.map(([name, sync]) => (
          <div key={name}>
            <p className={styles.quiet}>{name}</p>
            <StatusBar sync={sync} onOpen={sync?.enabled ? () => undefined : undefined}>
              <span>Dr Asha Rao</span>
              <Button size="compact-xs" variant="default">
                Lock
              </Button>
            </StatusBar>
          </div>
        ))}
      </div>
    </Part>
  )
}
