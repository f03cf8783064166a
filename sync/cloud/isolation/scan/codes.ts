/**
 * Everything that a scan can find: how bad it is, what it says, and what to do about it. `{object}`, `{expected}`, `{found}`
 * and `{facility}` are put in.
 */

interface Code {
  severity: 'critical' | 'warning'
  says: string
  remedy: string
}

const REPAIR = 'Run `npm run cloud -- facility repair {facility}`, and find out who changed it.'
/** What puts back the fleet's own. */
export const SETUP = 'Run any other `npm run cloud` command, which closes it again, and find out what opened it.'
const TAKE_BACK = 'Take it back, and find out who gave it.'
const REMOVE = 'Find out who made it, and remove it.'
const SET = 'Set it, and reload or restart the server.'
const LOOK = 'Find out how this came about before the facility is served again.'
const MIGRATE = 'Run `npm run cloud -- migrate`.'
const HBA = 'Change the line in pg_hba.conf, and reload the server.'

const CODE = {
  // The server
  'server-unpatched': [
    'critical',
    'PostgreSQL {found} has known holes that {expected} closes.',
    'Install the newest minor version of PostgreSQL, and restart it.',
  ],
  'server-untried': [
    'warning',
    'PostgreSQL {found} is newer than what this program knows.',
    'Use one of {expected}, or a newer Alcove.',
  ],
  'setting-unsafe': ['critical', 'The setting {object} is {found}; it must be {expected}.', SET],
  'hba-trust': ['critical', 'pg_hba.conf, {object}, lets somebody in without a password ({found}).', HBA],
  'hba-method': ['critical', 'pg_hba.conf, {object}, accepts the method {found}; it must be {expected}.', HBA],
  'hba-not-encrypted': [
    'critical',
    'pg_hba.conf, {object}, accepts connections from elsewhere without TLS ({found}); it must say {expected}.',
    HBA,
  ],
  'hba-too-wide': ['warning', 'pg_hba.conf, {object}, accepts {found} from elsewhere; it should name {expected}.', HBA],
  'hba-role': [
    'warning',
    'pg_hba.conf, {object}, lets in {found} from elsewhere; only {expected} need to come from there.',
    HBA,
  ],
  'hba-host-name': [
    'warning',
    'pg_hba.conf, {object}, goes by the name {found}: whoever answers for it in DNS says which addresses those are.',
    'Name the address, and reload the server.',
  ],
  'hba-replication': [
    'warning',
    'pg_hba.conf, {object}, lets {found} copy the whole server to elsewhere.',
    'If that is your backup, keep its copies as you keep the server; else remove the line, and reload the server.',
  ],
  'hba-map': [
    'critical',
    'pg_hba.conf, {object}, goes by a map of pg_ident.conf: {found}; it must be {expected}.',
    'Remove the map, or its lines in pg_ident.conf, and reload the server.',
  ],
  'hba-unreadable': ['critical', 'pg_hba.conf, {object}, cannot be read as it stands: {found}.', HBA],
  'file-unreadable': [
    'warning',
    'Of {object} the server cannot read {found}: what it read before holds.',
    'Mend it, and reload the server.',
  ],
  'file-not-loaded': [
    'warning',
    '{object} has been changed since the server read it: what holds now is what it read then.',
    'Find out who changed it, reload the server, and scan again.',
  ],
  'setting-pending': [
    'warning',
    'The setting {object} changes when the server is restarted.',
    'Find out who changed it, restart the server, and scan again.',
  ],
  'setting-command': [
    'warning',
    'The server runs a program of somebody’s: {object} is set (the SHA-256 of it begins with {found}).',
    'If it is your backup’s, or asks for the passphrase of the server’s key, keep it in view; else find out who set it, and take it away.',
  ],
  'server-copied': [
    'warning',
    'A copy of the whole server is kept elsewhere, or could be: {object}.',
    'If that is your backup or your standby, keep it as you keep the server; else find out who made it, and remove it.',
  ],
  'extension-unexpected': ['critical', 'The extension {object} is installed; only plpgsql may be.', REMOVE],
  'builtin-changed': [
    'critical',
    'PostgreSQL’s own {object} are not as {expected} brings them (written last: {found}).',
    'Find out who changed it. A server made anew and restored from a dump has them as they were.',
  ],
  'event-trigger-unexpected': [
    'critical',
    'There is an event trigger, {object}, that runs code at every change.',
    REMOVE,
  ],
  'object-unexpected': ['critical', 'There is {object}, which is no part of Alcove.', REMOVE],

  // The lock-down
  'lockdown-relation': ['critical', 'Everybody may {found} {object}; nobody must.', SETUP],
  'lockdown-function': ['critical', 'Everybody may call {object}; nobody must.', SETUP],
  'lockdown-schema': ['critical', 'Everybody has {found} on the schema {object}; nobody must.', SETUP],
  'lockdown-language': ['critical', 'Everybody may write code in {object}; only its owner must.', SETUP],
  'lockdown-database': ['critical', 'Everybody has {found} on the database {object}; nobody must.', SETUP],
  'lockdown-defaults': ['critical', '{object}: {found}; it must be {expected}.', SETUP],

  // Roles
  'role-missing': [
    'warning',
    'The role {object} is not there.',
    'Restore it from the backup, or run the set-up again.',
  ],
  'role-attribute': [
    'critical',
    'The role {object} is {found}; it must be {expected}.',
    'Put it back, and find out who changed it.',
  ],
  'role-setting': [
    'critical',
    'The role {object} starts with {found}; it must be {expected}.',
    'Put it back, and find out who changed it.',
  ],
  'role-settings-large': [
    'warning',
    'The role {object} has stored {found} in its own settings, too many to be looked at.',
    REPAIR,
  ],
  'role-verifier': ['warning', 'The password of the role {object} is {found}; it must be {expected}.', REPAIR],
  'role-password': [
    'critical',
    'The role {object} has {found}; it must have {expected}.',
    'Take the password away, or start the program with --take-over, which gives it another; and find out who changed it.',
  ],
  'role-orphan': ['critical', 'The role {object} is a facility’s, and the registry knows of none.', REMOVE],
  'role-unexpected': ['warning', 'There is a role, {object}, that is no part of Alcove.', REMOVE],
  'role-powerful': ['critical', 'The role {object} is {found}, and is no part of Alcove.', REMOVE],
  'membership-unexpected': [
    'critical',
    'The role {object} is a member of {found}; it must be of {expected}.',
    TAKE_BACK,
  ],
  'membership-options': [
    'critical',
    'The role {object} is a member of another {found}; it must be {expected}.',
    TAKE_BACK,
  ],
  'membership-missing': ['warning', 'The role {object} is not a member of {expected}.', SETUP],

  // Grants and owners
  'grant-unexpected': ['critical', 'On {object}, {found} is granted; {expected} must be.', TAKE_BACK],
  'grant-public': ['critical', 'On {object}, everybody has {found}; nobody must.', TAKE_BACK],
  'grant-missing': ['warning', 'On {object}, {expected} is not granted.', REPAIR],
  'grant-default': [
    'critical',
    'Whatever {object} makes from now on gives {found}; it must give {expected}.',
    TAKE_BACK,
  ],
  'owner-unexpected': ['critical', 'The owner of {object} is {found}; it must be {expected}.', REPAIR],
  'server-owner': [
    'critical',
    'The owner of {object} is {found}; it must be {expected}.',
    'Give it back (ALTER … OWNER TO …), and find out who changed it.',
  ],

  // The registry, and what is really there
  'schema-missing': ['warning', 'The schema {object} is not there.', 'Restore it from the backup.'],
  'schema-orphan': ['critical', 'The schema {object} is a facility’s, and the registry knows of none.', LOOK],
  'schema-unexpected': ['critical', 'There is a schema, {object}, that is no part of Alcove.', REMOVE],
  'facility-swapped': [
    'critical',
    'The schema {object} says that it belongs to {found}, and the registry that it is {expected}’s.',
    LOOK,
  ],
  'facility-remains': ['critical', 'It was removed, and {object} is still there.', 'Remove it again.'],
  'facility-elsewhere': ['critical', 'It lives on the server {expected}, and {object} is here as well.', LOOK],
  'name-not-opaque': ['warning', 'Its {object} is not a name of 128 random bits.', LOOK],
  'version-unknown': [
    'warning',
    'It is at version {found}, which this program does not know.',
    'Use the newest Alcove.',
  ],
  'version-mismatch': [
    'warning',
    'Its schema says that it is at version {found}, and the registry at {expected}.',
    MIGRATE,
  ],

  // The fleet's own
  'fleet-missing': [
    'warning',
    'The fleet’s own {object} is not there.',
    'Run any other `npm run cloud` command, which makes it again, or restore it from the backup.',
  ],
  'fleet-shape': [
    'critical',
    'Of the fleet’s own {object}: {found}; it must be {expected}.',
    'Find out who changed it, and put it back as it is in sync/cloud/sql/.',
  ],

  // Tables
  'table-missing': ['warning', 'It has no table {object}.', REPAIR],
  'table-shape': ['warning', 'Of table {object}: {found}; it must be {expected}.', MIGRATE],
  'index-shape': ['warning', 'Of table {object}: {found}; it must be {expected}.', MIGRATE],
  'relation-odd': ['critical', 'The relation {object} has {found}, which nothing of Alcove has.', REMOVE],
  'relation-tuned': [
    'warning',
    'The relation {object} has {found}, which Alcove did not give to it.',
    'Find out who set it, and take it back.',
  ],
  'relation-unexpected': ['critical', 'In its schema there is {object}, which is no part of a facility.', REMOVE],
  inheritance: [
    'critical',
    'The table {object} is tied to another, {found}, so that reading one reads the other.',
    REMOVE,
  ],
  'foreign-key': [
    'critical',
    'The table {object} has a foreign key ({found}), whose checks pass row-level security by.',
    REMOVE,
  ],
  'tag-default': ['critical', 'Rows of table {object} are given the tag {found}; it must be {expected}.', REPAIR],
  'tag-check': ['critical', 'The table {object} accepts rows whose tag is {found}; it must be {expected}.', REPAIR],
  'tag-shared': ['critical', 'Its tag is that of {found} as well.', LOOK],
  'tag-known': ['critical', 'Its tag can be reckoned from its {found}.', LOOK],

  // Row-level security
  'rls-off': ['critical', 'The table {object} has row-level security switched off.', REPAIR],
  'rls-not-forced': ['critical', 'The table {object} does not force row-level security on its owner.', REPAIR],
  // Nobody sees anything then; and a facility's role can bring it about itself (DROP OWNED).
  'policy-missing': ['warning', 'The table {object} has no policy.', REPAIR],
  'policy-unexpected': ['critical', 'The table {object} has another policy, {found}.', REMOVE],
  'policy-changed': ['critical', 'The policy of table {object} says {found}; it must say {expected}.', REPAIR],
  'policy-roles': ['critical', 'The policy of table {object} is for {found}; it must be for {expected}.', REPAIR],

  // Code and views
  'truncate-guard': [
    'critical',
    'The guard of table {object} against TRUNCATE is {found}; it must be {expected}.',
    REPAIR,
  ],
  'seal-broken': [
    'warning',
    'The seal of table {object}, in a copy that takes no writes, is {found}; it must be {expected}.',
    'Find out who changed it, and compare the facility with this copy before `facility move {facility} --drop` takes it away.',
  ],
  'trigger-unexpected': ['critical', 'The table {object} has another trigger, {found}.', REMOVE],
  'rule-unexpected': [
    'critical',
    'The relation {object} has a rule, {found}, that rewrites what is asked of it.',
    REMOVE,
  ],
  'function-missing': ['warning', 'It has no function {object}.', REPAIR],
  'function-unexpected': [
    'critical',
    'In its schema there is a function, {object}, that is no part of a facility.',
    REMOVE,
  ],
  'function-unsafe': ['critical', 'The function {object} is {found}; it must be {expected}.', REPAIR],
  'view-missing': ['warning', 'It has no view {object}.', MIGRATE],
  'view-unexpected': ['warning', 'It has a view, {object}, that this program does not know.', MIGRATE],
  'view-not-invoker': ['critical', 'The view {object} reads with its owner’s rights, not with the reader’s.', REPAIR],
  'view-changed': ['critical', 'The view {object} says {found}; it must say {expected}.', REPAIR],
  'view-crosses': ['critical', 'The view {object} reads {found}; it must read {expected}.', REPAIR],
} as const satisfies Record<string, readonly ['critical' | 'warning', string, string]>

export type FindingCode = keyof typeof CODE

export const CODES = Object.fromEntries(
  Object.entries(CODE).map(([code, [severity, says, remedy]]) => [code, { severity, says, remedy }]),
) as Record<FindingCode, Code>
