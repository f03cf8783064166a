import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand } from '../queries.ts'
import { LanguageSwitch } from '../session/LanguageSwitch.tsx'
import { Cover } from '../ui/Cover.tsx'
import type { CallInput } from '../window.d.ts'
import { AdminStep } from './AdminStep.tsx'
import { ClinicStep } from './ClinicStep.tsx'
import { CodesStep } from './CodesStep.tsx'

export interface Answers {
  facility: string
  name: string
  login: string
  password: string
  treats: boolean
  qualification: string
  registrationNumber: string
}

const BLANK: Answers = {
  facility: '',
  name: '',
  login: '',
  password: '',
  treats: true,
  qualification: '',
  registrationNumber: '',
}

type Step = { at: 'clinic' } | { at: 'admin' } | { at: 'codes'; codes: readonly string[] }

interface Props {
  /** `setup`: the clinic exists, but its recovery codes were never typed back. */
  state: 'empty' | 'setup'
  onEntered: () => void
}

/** The first run: the clinic, its first person, and the recovery codes. It ends when a code has been typed back. */
export function Setup({ state, onEntered }: Props) {
  const { t, i18n } = useTranslation()
  const [answers, setAnswers] = useState(BLANK)
  const [step, setStep] = useState<Step>(state === 'setup' ? { at: 'codes', codes: [] } : { at: 'clinic' })
  const create = useCommand('clinic.create')
  const change = (part: Partial<Answers>) => setAnswers((before) => ({ ...before, ...part }))

  const make = () => {
    if (create.busy) return
    create.run(inputOf(answers, i18n.language)).then(
      ({ recoveryCodes }) => {
        change({ password: '' })
        setStep({ at: 'codes', codes: recoveryCodes })
      },
      () => undefined,
    )
  }

  const number = { clinic: 1, admin: 2, codes: 3 }[step.at]
  const text = step.at === 'codes' && step.codes.length === 0 ? t('setup.codes.lost') : t(`setup.${step.at}.text`)
  return (
    <Cover title={t(`setup.${step.at}.title`)} above={t('setup.step', { n: number })} foot={<LanguageSwitch />}>
      {step.at === 'clinic' && (
        <ClinicStep text={text} answers={answers} onChange={change} onDone={() => setStep({ at: 'admin' })} />
      )}
      {step.at === 'admin' && (
        <AdminStep
          text={text}
          answers={answers}
          onChange={change}
          busy={create.busy}
          error={create.error}
          onBack={() => setStep({ at: 'clinic' })}
          onDone={make}
        />
      )}
      {step.at === 'codes' && (
        <CodesStep text={text} codes={step.codes} facility={answers.facility} onDone={onEntered} />
      )}
    </Cover>
  )
}

function inputOf(answers: Answers, language: string): CallInput<'clinic.create'> {
  const { facility, name, login, password, treats, qualification, registrationNumber } = answers
  return {
    facility: facility.trim(),
    admin: {
      name: name.trim(),
      login: login.trim(),
      password,
      ...(treats && qualification.trim() ? { qualification: qualification.trim() } : {}),
      ...(treats && registrationNumber.trim() ? { registrationNumber: registrationNumber.trim() } : {}),
    },
    alsoClinician: treats,
    language,
  }
}
