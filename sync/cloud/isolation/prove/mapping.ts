/**
 * What an auditor asks for, and where in the report it is answered. The requirements are told in our own words; their texts
 * are 45 CFR 164.312 (HIPAA, technical safeguards) and rules 6 and 7 of India's Digital Personal Data Protection Rules, 2025
 * (notified on 13 November 2025; most of them come into force eighteen months later).
 */

export interface Requirement {
  readonly id: string
  readonly law: 'HIPAA' | 'DPDP'
  readonly asks: string
  readonly answer: string
  /**
   * Attacks and faults that show it, by the beginning of their ids; `barriers` and `faults` for all of them. Empty where a proof
   * of isolation can show nothing. Only what does show it: a large number that is beside the point is no evidence.
   */
  readonly shownBy: readonly string[]
}

export const REQUIREMENTS: readonly Requirement[] = [
  {
    id: '45 CFR 164.312(a)(1)',
    law: 'HIPAA',
    asks: 'Access control: only persons and programs that were granted it get access to electronic health information.',
    answer:
      'One login role a facility, its own schema, needed verbs only, row-level security forced. The ways of reading, writing, becoming and widening that are in this catalogue were tried; each barrier was removed in turn.',
    shownBy: ['sql.read', 'sql.set-role', 'sql.grant', 'sql.insert', 'sql.update', 'api.', 'barriers', 'faults'],
  },
  {
    id: '45 CFR 164.312(a)(2)(i)',
    law: 'HIPAA',
    asks: 'Unique user identification: a unique name or number for each user, by which they are tracked.',
    answer:
      'Each facility has a role of its own, each workstation an id, a key and a secret of its own; an entry names its author. Nobody can put on another’s.',
    shownBy: [
      ...['sql.login-as', 'sql.set-role', 'sql.set-session-authorization', 'sql.startup-role', 'sql.startup-owner'],
      ...['sql.startup-session', 'api.credentials', 'api.other-facility', 'api.named-in', 'api.batch-as-device'],
    ],
  },
  {
    id: '45 CFR 164.312(a)(2)(ii)',
    law: 'HIPAA',
    asks: 'Emergency access procedure: how to get at health information when it is needed in an emergency.',
    answer:
      'A workstation keeps what was recorded on it, and works without the network and the server. What a lost one had comes back from its own backup; the server’s copy can be exported to the facility, which opens it with its recovery code. This proof does not try it.',
    shownBy: [],
  },
  {
    id: '45 CFR 164.312(a)(2)(iii)',
    law: 'HIPAA',
    asks: 'Automatic logoff: a session ends after a time without activity.',
    answer:
      'The workstation locks. At the server, statements and idle transactions end by themselves and the watchdog ends what does not.',
    shownBy: ['resources.endless'],
  },
  {
    id: '45 CFR 164.312(a)(2)(iv)',
    law: 'HIPAA',
    asks: 'Encryption and decryption of health information.',
    answer:
      'A facility’s database password exists only sealed to keys of its own workstations; the registry at rest opens nothing. On the workstation everything is encrypted. On the server, encryption of the disk is the operator’s.',
    shownBy: ['api.registry-box', 'api.registry-own-key', 'api.archive-', 'pool.foreign-password'],
  },
  {
    id: '45 CFR 164.312(b)',
    law: 'HIPAA',
    asks: 'Audit controls: activity in systems with health information is recorded and can be examined.',
    answer:
      'Each facility’s schema has a record of who came, which can be added to and not changed, each row chained to the one before. Rewriting and deleting were tried, by its own role and by a neighbor.',
    shownBy: ['sql.rewrite-own', 'sql.delete-own', 'sql.insert-access-log', 'sql.truncate-own'],
  },
  {
    id: '45 CFR 164.312(c)(1)',
    law: 'HIPAA',
    asks: 'Integrity: health information is protected from improper alteration or destruction.',
    answer:
      'After every attack during which the neighbor did not write itself, its every row and right was compared with what was there before.',
    shownBy: ['sql.update', 'sql.delete', 'sql.merge', 'sql.truncate', 'sql.drop', 'sql.alter', 'barriers'],
  },
  {
    id: '45 CFR 164.312(c)(2)',
    law: 'HIPAA',
    asks: 'A mechanism to authenticate health information: to show that it was not altered or destroyed without authority.',
    answer: 'Entries are chained by hash and signed by their workstation; a forged or replayed batch is refused.',
    shownBy: [
      ...['api.forged-signature', 'api.no-signature', 'api.changed-after-signing', 'api.signature-of', 'api.batch-'],
      ...['api.replayed', 'api.forked', 'api.gap'],
    ],
  },
  {
    id: '45 CFR 164.312(d)',
    law: 'HIPAA',
    asks: 'Person or entity authentication: who asks for access is who they say they are.',
    answer:
      '256-bit secrets for each workstation, SCRAM at the database, an Ed25519 signature on each batch. Guessed, borrowed and revoked credentials were tried.',
    shownBy: [
      ...[
        'sql.login',
        'api.credentials',
        'api.revoked-device',
        'api.enroll-',
        'api.forged-signature',
        'api.no-signature',
      ],
      ...['api.signature-of', 'pool.foreign-password'],
    ],
  },
  {
    id: '45 CFR 164.312(e)(1)',
    law: 'HIPAA',
    asks: 'Transmission security: health information on its way over a network is guarded against access without authority.',
    answer:
      'TLS 1.3 only, to the key that the enrollment code names. The scan reports a database that accepts logins without TLS from elsewhere.',
    shownBy: ['api.older-tls', 'api.no-tls', 'api.protocol-version', 'door.'],
  },
  {
    id: 'DPDP Rules 2025, rule 6(1)(a)',
    law: 'DPDP',
    asks: 'Data security measures such as encryption, obfuscation, masking or virtual tokens.',
    answer:
      'Sealed passwords, opaque names of 128 random bits, tags that only a facility’s own policies know; no value reaches a log.',
    shownBy: ['metadata.patient-data-in-log', 'metadata.pg-polic', 'metadata.pg-constraint', 'metadata.pg-attrdef'],
  },
  {
    id: 'DPDP Rules 2025, rule 6(1)(b)',
    law: 'DPDP',
    asks: 'Control of access to the computer resources used.',
    answer:
      'Three barriers, each shown to hold by itself; a scan that finds each fault of configuration that was injected.',
    shownBy: ['sql.', 'api.', 'barriers', 'faults'],
  },
  {
    id: 'DPDP Rules 2025, rule 6(1)(c)',
    law: 'DPDP',
    asks: 'Visibility on who accesses personal data: logs, monitoring and review, so that access without authority is found.',
    answer:
      'A record of who came in each facility’s own schema, readable by the facility, whose workstations keep a copy; a drift scan, run before a gateway starts with an administrator’s login and whenever the operator runs it.',
    shownBy: ['sql.rewrite-own-access-log', 'sql.delete-own-access-log', 'faults'],
  },
  {
    id: 'DPDP Rules 2025, rule 6(1)(d)',
    law: 'DPDP',
    asks: 'Continued processing when confidentiality, integrity or availability is compromised, by backups among others.',
    answer:
      'A workstation keeps what was recorded on it, has backups of its own, and sends again what the server loses. This proof does not try it.',
    shownBy: [],
  },
  {
    id: 'DPDP Rules 2025, rule 6(1)(e)',
    law: 'DPDP',
    asks: 'Logs, and what is needed to look into access without authority, are kept for one year.',
    answer:
      'No role can delete from the record of who came, and nothing deletes it by itself: it is kept for as long as the facility is.',
    shownBy: ['sql.delete-own-access-log', 'sql.rewrite-own-access-log', 'sql.truncate-own'],
  },
  {
    id: 'DPDP Rules 2025, rule 7',
    law: 'DPDP',
    asks: 'Breach: persons concerned and the Board are told without delay, and the Board in detail within seventy-two hours of becoming aware.',
    answer:
      '“npm run cloud -- incident” freezes a facility, says who came, and drafts the notices; docs/incident.md is the runbook with its clocks. This proof does not try it.',
    shownBy: [],
  },
]
