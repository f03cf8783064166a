/**
 * Who may import whom: the table of docs/architecture.md, kept by a check rather than by habit.
 * `npm run check` runs it and fails if it saw no modules.
 */
const TEST = '(\\.test\\.tsx?$|/testing/)'
const NETWORK = '^(node:)?(net|tls|http|https|http2|dgram|dns)(/|$)'

/** A room, and the only places of ours that its code may import from. */
const room = (name, from, allowed) => ({
  name: `${name}-imports`,
  comment: `${name} imports of ours only: ${allowed.join(', ')}`,
  severity: 'error',
  from: { path: from, pathNot: TEST },
  to: { path: '^(domain|engine|electron|renderer|sync|test|bench)/', pathNot: allowed },
})

module.exports = {
  forbidden: [
    room('domain', '^domain/', ['^domain/']),
    room('engine', '^engine/', ['^engine/', '^domain/']),
    room('sync-protocol', '^sync/protocol/', ['^sync/protocol/', '^domain/']),
    room('sync-worker', '^sync/worker/', ['^sync/worker/', '^sync/protocol/', '^domain/']),
    room('sync-cloud', '^sync/cloud/', ['^sync/cloud/', '^sync/protocol/', '^domain/']),
    {
      ...room('electron', '^electron/', ['^electron/', '^engine/', '^sync/worker/', '^domain/']),
      from: { path: '^electron/', pathNot: [TEST, '^electron/start\\.ts$'] },
    },
    room('renderer', '^renderer/', ['^renderer/', '^domain/', '^engine/api(-shapes)?\\.ts$']),
    {
      name: 'renderer-takes-types-of-the-engine-only',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^engine/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'No Node in the domain: it runs in the page too.',
      severity: 'error',
      from: { path: '^domain/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-network-outside-sync',
      comment: 'With sync off, the code that could open a socket is not even loaded.',
      severity: 'error',
      from: { path: '^(domain|engine|electron)/', pathNot: TEST },
      to: { path: [NETWORK, 'node_modules/(undici|pg|fastify)/'] },
    },
    {
      name: 'product-does-not-need-what-tests-are-made-of',
      severity: 'error',
      from: { path: '^(domain|engine|electron|renderer|sync)/', pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'only-the-stand-in-is-borrowed-from-test',
      severity: 'error',
      from: { path: '^electron/start\\.ts$' },
      to: { path: '^(test|bench)/', pathNot: '^test/stand-in/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'nothing-missing', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^electron$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|release)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
