import { KINDS } from '../../domain/kinds.ts'
import { command, feature, query } from '../feature.ts'
import { Nothing } from './inputs.ts'
import { changeOf } from './records.ts'

const { practitioner: kind } = KINDS
/** Imports bring those of whole hospitals; no clinic chooses from more. */
const MOST = 2000

/** Those who give care: what a prescription and a signature say of them. */
export const practitioners = feature('practitioner', {
  list: query({
    input: Nothing,
    needs: 'practitioner:read',
    run: ({ store }) => ({ practitioners: store.list(kind, { order: 'family', limit: MOST }) }),
  }),
  add: command({
    input: kind.input.omit({ id: true, source: true }),
    needs: 'practitioner:write',
    run: ({ store }, input) => ({ practitioner: store.save(kind, { ...input, active: input.active ?? true }) }),
  }),
  change: command({
    input: changeOf(kind),
    needs: 'practitioner:write',
    run: ({ store }, { id, patch, reason }) => ({ practitioner: store.change(kind, id, patch, { reason }) }),
  }),
})
