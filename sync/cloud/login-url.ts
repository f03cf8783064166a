/** An administrator's login, as people write one: `postgres://user:password@host:port/database`. */
import pg from 'pg'
import { CloudError } from './errors.ts'

/** The login in a URL. */
export function loginFrom(url: string): pg.ClientConfig {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new TypeError('another scheme')
    // Not connected: it is the one that knows how such an address is read.
    const { host, port, user, password, database, ssl } = new pg.Client({ connectionString: url })
    return {
      host,
      port,
      ...(user === undefined ? {} : { user }),
      ...(database === undefined ? {} : { database }),
      ...(password ? { password } : {}),
      ssl,
    }
  } catch {
    // Without the cause: it would quote the password.
    throw new CloudError('bad-arguments', 'The database URL is written postgres://user:password@host:port/database.')
  }
}
