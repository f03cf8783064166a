import { z } from 'zod'
import { id } from '../../domain/fields.ts'
import type { Composition, Encounter, Observation } from '../../domain/kinds.ts'
import { KINDS } from '../../domain/kinds.ts'
import { fullName } from '../../domain/name.ts'
import type { Visit } from '../api-shapes.ts'
import type { Context } from '../context.ts'
import { AlcoveError } from '../errors.ts'
import { command, feature, query } from '../feature.ts'
import type { Row } from '../rows.ts'
import { rememberPatient } from './patient-hits.ts'
import { changeOf, needPatient, nowOf, withoutSource } from './records.ts'
import { openVisit } from './visit-today.ts'

const { encounter: kind, composition, practitioner } = KINDS
const OfVisit = z.strictObject({ encounter: id() })

const OVER: readonly Encounter['status'][] = ['finished', 'cancelled', 'entered-in-error']
/** LOINC's name for the note of an outpatient visit. */
const NOTE = { system: 'http://loinc.org', code: '34108-1', display: 'Outpatient Note' }
/** A visit holds no more of a kind; what an import piled onto one is in the timeline. */
const MOST = 500

/** A visit, from the token to the signed note. */
export const visits = feature('visit', {
  /** Today's visit that is under way, or a new one with the day's next token. */
  open: command({
    input: z.strictObject({ patient: id(), reason: z.string().trim().max(500).optional() }),
    needs: 'visit:write',
    run: (context, { patient, reason }) => {
      needPatient(context, patient)
      rememberPatient(context, patient)
      return { encounter: withoutSource(openVisit(context, patient, reason || undefined)) }
    },
  }),

  get: query({
    input: OfVisit,
    needs: 'chart:read',
    run: (context, { encounter: which }): Visit => {
      const { db, store } = context
      const encounter = store.need(kind, which)
      const where = { encounter: which }
      const note = noteOf(context, which)
      return {
        encounter,
        observations: standing(store.list(KINDS.observation, { where, limit: MOST })),
        conditions: store
          .list(KINDS.condition, { where, limit: MOST })
          .filter((it) => it.verificationStatus !== 'entered-in-error'),
        medications: store.list(KINDS.medication_request, { where, limit: MOST }).filter(isValid),
        ...(note && { note }),
        signed: db.all<Row>(SIGNED, [which]).map((row) => store.read(composition, row)),
        printed: db.get(PRINTED, [which]) !== undefined,
      }
    },
    reads: (_, visit) => visit.encounter.patient,
  }),

  change: command({
    input: changeOf(kind),
    needs: 'visit:write',
    run: (context, { id, patch, reason }) => {
      const ending = patch.status !== undefined && patch.status !== null && OVER.includes(patch.status)
      const end = ending && patch.end === undefined ? { end: nowOf(context) } : {}
      return { encounter: withoutSource(context.store.change(kind, id, { ...patch, ...end }, { reason })) }
    },
  }),

  /** Keeps the draft. After a note was signed, what is written is an amendment to it: a note of its own. */
  saveNote: command({
    input: z.strictObject({
      encounter: id(),
      sections: z
        .array(
          z.strictObject({
            key: z.string().max(100),
            title: z.string().max(500).optional(),
            text: z.string().max(20_000),
          }),
        )
        .max(50),
    }),
    needs: 'note:write',
    run: (context, { encounter: which, sections }): { note: Composition } => {
      const { store, user } = context
      const encounter = store.need(kind, which)
      const last = noteOf(context, which)
      if (last?.status === 'preliminary') return { note: store.change(composition, last.id, { sections }) }
      const note = store.save(composition, {
        patient: encounter.patient,
        encounter: which,
        author: user.practitioner,
        status: 'preliminary',
        type: NOTE,
        title: last ? 'Amendment to the visit note' : 'Visit note',
        date: nowOf(context),
        sections,
        amends: last?.id,
      })
      return { note }
    },
  }),

  /** Notes that the prescription left on paper: the next one is a reprint, and says so. */
  notePrint: command({
    input: OfVisit,
    needs: 'chart:read',
    run: ({ store, journal, user }, { encounter: which }) => {
      store.need(kind, which)
      journal.append({ kind: 'access', author: user.id, record: 'encounter', id: which, fields: { what: 'print' } })
      return {}
    },
  }),

  /** Gives up an amendment that was not signed; what was signed stands as it was. */
  dropAmendment: command({
    input: OfVisit,
    needs: 'note:write',
    run: (context, { encounter: which }) => {
      const draft = noteOf(context, which)
      if (draft?.status !== 'preliminary' || draft.amends === undefined) {
        throw new AlcoveError('not-found', 'There is no amendment under way for this visit.')
      }
      context.store.change(composition, draft.id, { status: 'entered-in-error' })
      return {}
    },
  }),

  /** Seals the note under the signer's name and finishes the visit. */
  sign: command({
    input: OfVisit,
    needs: 'note:write',
    run: (context, { encounter: which }) => {
      const { store } = context
      const encounter = store.need(kind, which)
      const draft = noteOf(context, which)
      if (!draft?.sections.some(({ text }) => text.trim() !== '')) {
        throw new AlcoveError('bad-input', 'There is no note to sign yet. Write it first.')
      }
      if (draft.status !== 'preliminary') throw new AlcoveError('sealed', 'The note of this visit is signed already.')
      const note = store.change(composition, draft.id, {
        status: draft.amends === undefined ? 'final' : 'amended',
        signedBy: signatureOf(context),
        signedAt: nowOf(context),
        author: context.user.practitioner ?? draft.author ?? null,
      })
      if (!OVER.includes(encounter.status)) {
        store.change(kind, which, {
          status: 'finished',
          end: nowOf(context),
          practitioner: encounter.practitioner ?? context.user.practitioner ?? null,
        })
      }
      return { note }
    },
  }),
})

/** The note of a visit: the draft if there is one, otherwise what was signed last. */
function noteOf({ db, store }: Context, encounter: string): Composition | undefined {
  const row = db.get<Row>(LAST_NOTE, [encounter])
  return row && store.read(composition, row)
}

/** `Dr Asha Rao, MBBS, Reg. 12345`: what a signed note must say of its author, as it was when it was signed. */
function signatureOf({ store, user }: Context): string {
  const who = user.practitioner === undefined ? undefined : store.get(practitioner, user.practitioner)
  if (!who) return user.name
  const { qualification, registrationNumber } = who
  return [fullName(who), qualification, registrationNumber && `Reg. ${registrationNumber}`].filter(Boolean).join(', ')
}

/** Without what was withdrawn, and without what a later one corrects or withdraws. */
function standing(all: readonly Observation[]): Observation[] {
  const replaced = new Set(all.map((it) => it.replaces))
  return all.filter((it) => isValid(it) && !replaced.has(it.id))
}

function isValid({ status }: { status: string }): boolean {
  return status !== 'entered-in-error'
}

export const LAST_NOTE = `
  select * from composition where encounter = ? and status <> 'entered-in-error'
  order by status = 'preliminary' desc, _at desc, id desc limit 1`
/** What was signed, the first first: the original, then each amendment. */
const SIGNED = `
  select * from composition where encounter = ? and status in ('final', 'amended')
  order by signedAt, _at, id limit 50`
const PRINTED = `select 1 from journal where record = 'encounter' and id = ? and kind = 'access' limit 1`
