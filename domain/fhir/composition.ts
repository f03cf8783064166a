import type { Composition } from '../kinds.ts'
import { composition } from '../records/composition.ts'
import { element, listOf, OURS, present, readConcept, readRef, writeConcept, writeRef, writeTime } from './elements.ts'
import type { Mapping } from './mapping.ts'
import { fromXhtml, toXhtml } from './narrative.ts'
import { asLine, type Reader } from './reader.ts'

const SECTION = `${OURS}section`

/** Composition: the note. An amendment `appends` to the note that it amends. */
export const compositionMapping: Mapping<'composition'> = {
  kind: 'composition',
  resourceType: 'Composition',
  choices: [],
  unspoken: {
    author: (all) => all.slice(1),
    attester: (all) => all.filter(({ mode }) => mode !== 'legal'),
    relatesTo: (all) => all.filter(({ code }) => code !== 'appends'),
  },
  read: (it, links) => {
    const signed = it.list('attester').find((one) => one.text('mode') === 'legal')
    const appended = it.list('relatesTo').find((one) => one.text('code') === 'appends')
    return {
      patient: readRef(it.object('subject'), links, 'Patient'),
      encounter: readRef(it.object('encounter'), links, 'Encounter'),
      author: readRef(it.first('author'), links, 'Practitioner'),
      status: it.code('status', composition.fields.status.options),
      type: readConcept(it.object('type')),
      title: it.line('title'),
      date: it.dateTime('date'),
      sections: it.list('section').flatMap(readSection),
      amends: readRef(appended?.object('targetReference'), links, 'Composition'),
      signedBy: asLine(signed?.object('party')?.text('display')),
      signedAt: signed?.dateTime('time'),
    }
  },
  write: (it) => ({
    status: it.status,
    type: writeConcept(it.type),
    subject: writeRef(it.patient),
    encounter: writeRef(it.encounter),
    date: writeTime(it.date),
    // R4 demands an author, if only by name.
    author: [writeRef(it.author) ?? { display: it.signedBy ?? 'unknown' }],
    title: it.title,
    attester:
      it.signedBy || it.signedAt
        ? listOf(
            element({
              mode: 'legal',
              time: writeTime(it.signedAt),
              party: it.signedBy ? { display: it.signedBy } : undefined,
            }),
          )
        : undefined,
    relatesTo: it.amends ? [{ code: 'appends', targetReference: writeRef(it.amends) ?? {} }] : undefined,
    section: listOf(...it.sections.map(writeSection)),
  }),
}

/** A section, and after it those that are nested in it. */
function readSection(it: Reader): Composition['sections'] {
  const text = it.object('text')
  const empty = text?.text('status') === 'empty'
  const code = it.object('code')
  const own = code?.list('coding').find((coding) => coding.text('system') === SECTION)
  const section = present({
    key: own?.text('code'),
    title: it.text('title') ?? (own ? undefined : (code?.text('text') ?? code?.first('coding')?.text('display'))),
    text: empty ? '' : fromXhtml(text?.text('div') ?? ''),
  })
  return [section, ...it.list('section').flatMap(readSection)]
}

function writeSection({ key, title, text }: Composition['sections'][number]) {
  return element({
    title: title || undefined,
    code: key ? { coding: [{ system: SECTION, code: key }] } : undefined,
    // A narrative may not be empty; its status says that the section is.
    text: text.trim() === '' ? { status: 'empty', div: toXhtml('–') } : { status: 'additional', div: toXhtml(text) },
  })
}
