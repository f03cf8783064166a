import { Menu } from '@mantine/core'
import {
  IconAdjustmentsHorizontal,
  IconCalendarEvent,
  IconKey,
  IconKeyboard,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { speak } from '../i18n/i18n.ts'
import { go, type Place, usePlace } from '../place.ts'
import { type Appearance, keepAppearance, LANGUAGES, type Language, useAppearance } from '../preferences.ts'
import { useMay, useSession } from '../session/session.ts'
import type { ShortcutId } from '../shortcuts.ts'
import { Keys } from '../ui/Keys.tsx'
import styles from './Sidebar.module.css'

const ICON = { size: 16, stroke: 1.75, 'aria-hidden': true } as const

/** The few places one goes to all day, and the page's own settings at its foot. */
export function Sidebar({ onKeys, onPassword }: { onKeys: () => void; onPassword: () => void }) {
  const { t } = useTranslation()
  const { facility } = useSession()
  const admin = useMay('user:read')
  return (
    <nav className={styles.side} aria-label={t('frame.menu')}>
      <div className={styles.facility} title={facility}>
        {facility}
      </div>
      <ul className={styles.list}>
        <Go to={{ name: 'home' }} keys="today" icon={<IconCalendarEvent {...ICON} />}>
          {t('frame.today')}
        </Go>
        <Go to={{ name: 'patients' }} keys="patients" icon={<IconUsers {...ICON} />}>
          {t('frame.patients')}
        </Go>
        {admin && (
          <Go to={{ name: 'admin', section: 'users' }} keys="admin" icon={<IconAdjustmentsHorizontal {...ICON} />}>
            {t('frame.admin')}
          </Go>
        )}
      </ul>
      <ul className={styles.foot}>
        <li>
          <button type="button" className={styles.item} onClick={onKeys}>
            <IconKeyboard {...ICON} />
            <span className={styles.name}>{t('frame.keys')}</span>
            <Keys of="help" />
          </button>
        </li>
        <li>
          <Settings onPassword={onPassword} />
        </li>
      </ul>
    </nav>
  )
}

const BELONGS: Record<Place['name'], Place['name']> = {
  home: 'home',
  visit: 'home',
  patients: 'patients',
  register: 'patients',
  details: 'patients',
  chart: 'patients',
  admin: 'admin',
}

function Go({ to, keys, icon, children }: { to: Place; keys: ShortcutId; icon: ReactNode; children: ReactNode }) {
  const here = BELONGS[usePlace().name] === to.name
  return (
    <li>
      <button type="button" className={styles.item} aria-current={here ? 'page' : undefined} onClick={() => go(to)}>
        {icon}
        <span className={styles.name}>{children}</span>
        <Keys of={keys} />
      </button>
    </li>
  )
}

function Settings({ onPassword }: { onPassword: () => void }) {
  const { t, i18n } = useTranslation()
  const appearance = useAppearance()
  return (
    <Menu position="right-end" transitionProps={{ duration: 0 }} width={220}>
      <Menu.Target>
        <button type="button" className={styles.item}>
          <IconSettings {...ICON} />
          <span className={styles.name}>{t('frame.settings')}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('frame.language')}</Menu.Label>
        <Menu.RadioGroup value={i18n.language} onChange={(language) => void speak(language as Language)}>
          {(Object.keys(LANGUAGES) as Language[]).map((language) => (
            <Menu.RadioItem key={language} value={language} lang={language} closeMenuOnClick>
              {LANGUAGES[language]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label>{t('frame.appearance.label')}</Menu.Label>
        <Menu.RadioGroup value={appearance} onChange={(it) => keepAppearance(it as Appearance)}>
          {(['auto', 'light', 'dark'] as Appearance[]).map((it) => (
            <Menu.RadioItem key={it} value={it} closeMenuOnClick>
              {t(`frame.appearance.${it}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKey {...ICON} />} onClick={onPassword}>
          {t('session.change.title')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
