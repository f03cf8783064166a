import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { isTyping } from './keys.ts'
import styles from './VirtualList.module.css'

interface Props<T> {
  label: string
  items: readonly T[]
  keyOf: (item: T) => string
  row: (item: T, active: boolean) => ReactNode
  /** Which row the keyboard is on. */
  active: number
  onActive: (index: number) => void
  onChoose: (item: T) => void
  /** Height of a row in px; 32 unless the row has two lines. */
  rowHeight?: number
  id?: string
  /** False when a search box keeps the focus and drives `active` itself. */
  focusable?: boolean
  /** Takes the focus when it appears: the list is what the screen is for. */
  autoFocus?: boolean
  /** Called when the last row comes near: time to read more. */
  onEnd?: () => void
}

/** A list that draws only what is seen, and is used with the arrows, Home, End and Enter. */
export function VirtualList<T>(props: Props<T>) {
  const {
    label,
    items,
    keyOf,
    row,
    active,
    onActive,
    onChoose,
    rowHeight = 32,
    focusable = true,
    autoFocus = false,
    onEnd,
  } = props
  const scroller = useRef<HTMLDivElement>(null)
  const ownId = useId()
  const id = props.id ?? ownId
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })

  useEffect(() => {
    if (active >= 0 && active < items.length) rows.scrollToIndex(active)
  }, [active, items.length, rows])

  useEffect(() => {
    // Not out of a field in which somebody types already: what is typed would go nowhere.
    if (autoFocus && !isTyping(document.activeElement)) scroller.current?.focus({ preventScroll: true })
  }, [autoFocus])

  const drawn = rows.getVirtualItems()
  const last = drawn.at(-1)?.index ?? -1
  useEffect(() => {
    if (items.length > 0 && last >= items.length - 1) onEnd?.()
  }, [last, items.length, onEnd])

  const onKeyDown = (event: KeyboardEvent) => {
    const to = stepped(event.key, active, items.length)
    const item = items[active]
    if (to !== undefined) onActive(to)
    else if (event.key === 'Enter' && item !== undefined) onChoose(item)
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={scroller}
      id={id}
      role="listbox"
      aria-label={label}
      aria-activedescendant={items[active] === undefined ? undefined : `${id}-${active}`}
      tabIndex={focusable ? 0 : -1}
      className={styles.scroller}
      onKeyDown={onKeyDown}
    >
      <div className={styles.all} style={{ height: rows.getTotalSize() }} role="presentation">
        {drawn.map(({ index, start, size }) => {
          const item = items[index]
          if (item === undefined) return null
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys; a row of it is never focused
            // biome-ignore lint/a11y/useFocusableInteractive: the same
            <div
              key={keyOf(item)}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              className={styles.row}
              style={{ height: size, transform: `translateY(${start}px)` }}
              onMouseMove={() => index !== active && onActive(index)}
              onClick={() => onChoose(item)}
            >
              {row(item, index === active)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Where a key takes the active row; undefined for a key that moves nothing. */
export function stepped(key: string, active: number, count: number): number | undefined {
  if (count === 0) return undefined
  if (key === 'ArrowDown') return Math.min(active + 1, count - 1)
  if (key === 'ArrowUp') return Math.max(active - 1, 0)
  if (key === 'PageDown') return Math.min(active + 10, count - 1)
  if (key === 'PageUp') return Math.max(active - 10, 0)
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return undefined
}
