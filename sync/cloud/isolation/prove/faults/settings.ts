/** Settings of the server that no transaction can change, its files, and what copies it: the scan is given them changed. */
import type { FindingCode } from '../../scan/codes.ts'
import type { Facts } from '../../scan/scan.ts'
import { broken, type Fault } from '../fault.ts'

const given = (id: string, title: string, code: FindingCode, facts: Facts): Fault => ({
  id: `settings.${id}`,
  title,
  code,
  facts: async () => facts,
})

const set = (id: string, title: string, name: string, value: string) =>
  given(id, title, 'setting-unsafe', { settings: { [name]: value } })

const command = (id: string, title: string, name: string) =>
  given(id, title, 'setting-command', { settings: { [name]: 'curl https://example.org', archive_mode: 'on' } })

export const settings: readonly Fault[] = [
  broken(
    'settings.hidden',
    'Whoever scans does not see what the log holds of all others.',
    'setting-unsafe',
    ({ cluster }) => `alter role "${cluster.admin.user}" set log_statement = 'none'`,
  ),
  set('fsync', 'What is written is not on the disk.', 'fsync', 'off'),
  set('full-pages', 'A power cut may leave halves of pages.', 'full_page_writes', 'off'),
  set('commit', 'What is answered as kept may be lost in a power cut.', 'synchronous_commit', 'off'),
  set('broken-pages', 'Broken pages are made empty.', 'zero_damaged_pages', 'on'),
  set('activities', 'The watchdog does not see what sessions do.', 'track_activities', 'off'),
  set('vacuum', 'Nothing is cleared up.', 'autovacuum', 'off'),
  set('old-tls', 'The server speaks a TLS that was broken.', 'ssl_min_protocol_version', 'TLSv1'),
  set('open-ciphers', 'The server speaks a TLS that encrypts nothing.', 'ssl_ciphers', 'HIGH:!aNULL:eNULL'),
  set('log-parameters', 'Values of statements that fail are in the log.', 'log_parameter_max_length_on_error', '-1'),
  set('log-plans', 'Plans are in the log, with the statements.', 'auto_explain.log_min_duration', '0'),
  set('library-path', 'Libraries come from a folder of somebody’s.', 'dynamic_library_path', '/tmp:$libdir'),
  set('jit', 'A library of somebody’s is in every session.', 'jit_provider', 'other'),
  set('oauth', 'A library of somebody’s says who may come in.', 'oauth_validator_libraries', 'other'),
  command('archive', 'A program is given everything that is written.', 'archive_command'),
  command('archive-library', 'A library is given everything that is written.', 'archive_library'),
  command('passphrase', 'A program is asked for the key’s passphrase.', 'ssl_passphrase_command'),
  command('restore', 'A program says what the server has written.', 'restore_command'),
  given('pending', 'A setting waits for the next restart.', 'setting-pending', {
    files: { pending: ['proof_setting'] },
  }),
  given('not-loaded', 'The server’s door was changed, and the server not told.', 'file-not-loaded', {
    files: { changed: ['/etc/postgresql/proof_hba.conf'] },
  }),
  given('unreadable', 'The server cannot read one of its settings.', 'file-unreadable', {
    files: { unreadable: [{ file: '/etc/postgresql/proof.conf', line: 3, error: 'invalid value' }] },
  }),
  given('slot', 'A copy of the server is kept elsewhere.', 'server-copied', {
    copies: ['the replication slot "proof"'],
  }),
]
