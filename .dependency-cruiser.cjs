/** Which folder may know which: the arrows of docs/architecture.md, checked. */
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: [from, ...to] },
});

const words = ['^src/clock\\.ts$', '^src/log\\.ts$', '^src/vision/analysis\\.ts$'];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: 'src/index\\.ts$' },
      to: {},
    },
    {
      name: 'nobody-imports-the-platform',
      severity: 'error',
      from: { pathNot: '^(src/index\\.ts|test/)' },
      to: { path: '^src/platform\\.ts$' },
    },
    {
      name: 'the-product-needs-no-tools',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(tools|test)/' },
    },
    {
      name: 'only-adapters-know-vendors',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/vision/', '^src/store/', '^src/cli/latchkey\\.ts$', '^src/config', '^src/locks/exchange\\.ts$'],
      },
      to: { path: 'node_modules/(sqlite3|jimp|onnxruntime-node|commander|zod|axios)/' },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    only('policies-are-pure', '^src/policy/', [...words, '^src/locks/lock\\.ts$']),
    only('people-are-pure', '^src/people/', words),
    only('vision-knows-only-itself', '^src/vision/', words),
    only('locks-know-only-themselves', '^src/locks/', [...words, '^src/policy/relock\\.ts$']),
    only('cameras-know-only-themselves', '^src/cameras/', words),
    only('visits-know-policies-not-adapters', '^src/visits/', [
      ...words,
      '^src/policy/',
      '^src/people/people\\.ts$',
      '^src/cameras/camera\\.ts$',
      '^src/locks/lock\\.ts$',
    ]),
    only('the-store-knows-visits', '^src/store/', [
      ...words,
      '^src/visits/visit\\.ts$',
      '^src/policy/decision\\.ts$',
      '^src/people/people\\.ts$',
      '^src/cameras/camera\\.ts$',
    ]),
    only('accessories-know-no-pipeline', '^src/accessories/', [
      ...words,
      '^src/locks/lock\\.ts$',
      '^src/policy/occupancy\\.ts$',
    ]),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^(dist|node_modules/(?!sqlite3|jimp|onnxruntime-node|commander|zod|axios))' },
  },
};
