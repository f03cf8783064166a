import { type FormEvent, type KeyboardEvent, type ReactNode, useRef } from 'react'
import { useShortcut } from './keys.ts'
import { useOnce } from './use-once.ts'

interface Props {
  children: ReactNode
  /** Ctrl Enter, or Enter in the last field, or the button. Until what it answers is settled, none of them does it again. */
  onFinish: () => unknown
  className?: string | undefined
  label?: string
}

const FIELDS =
  'input:not([type=hidden]):not([disabled]):not([tabindex="-1"]), select:not([disabled]), textarea:not([disabled]), button[type=submit]:not([disabled])'

/** A form for the keyboard: Enter goes to the next field and from the last one finishes; Ctrl Enter finishes from any. Esc is the frame's, and the draft stays. */
export function Form({ children, onFinish, className, label }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const finish = useOnce(onFinish)
  useShortcut('finish', finish)

  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    const { target } = event
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.defaultPrevented) return
    if (event.nativeEvent.isComposing || !(target instanceof HTMLInputElement)) return
    const fields = [...(form.current?.querySelectorAll<HTMLElement>(FIELDS) ?? [])].filter(distinctRadios(target))
    const next = fields[fields.indexOf(target) + 1]
    // After the last field Enter is the button's, which is the browser's own rule.
    if (!next || next instanceof HTMLButtonElement) return
    event.preventDefault()
    // Of a group of choices, the one with the focus is what Enter says yes to.
    if (target.type === 'radio' && !target.checked) target.click()
    next.focus()
    if (next instanceof HTMLInputElement && next.type === 'text') next.select()
  }

  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    finish()
  }

  return (
    <form ref={form} className={className} aria-label={label} onKeyDown={onKeyDown} onSubmit={onSubmit} noValidate>
      {children}
    </form>
  )
}

/** The eye goes to the first field that needs something, once it is marked as wrong; of a group, to its first choice. */
export function focusFirstWrong(root: ParentNode | null): void {
  requestAnimationFrame(() => root?.querySelector<HTMLElement>('[aria-invalid=true], [data-wrong=true] input')?.focus())
}

/** Of a group of radio buttons only one is a stop: the chosen one, or the first. */
function distinctRadios(current: HTMLElement) {
  return (field: HTMLElement) => {
    if (!(field instanceof HTMLInputElement) || field.type !== 'radio' || field === current) return true
    if (current instanceof HTMLInputElement && current.type === 'radio' && current.name === field.name) return false
    const group = [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')].filter(
      (radio) => radio.name === field.name,
    )
    return field === (group.find((radio) => radio.checked) ?? group[0])
  }
}
