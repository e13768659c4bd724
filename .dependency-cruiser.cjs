/** Which folder may know which: the arrows of docs/architecture.md, checked. */
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: [from, ...to] },
});

/** A package only its adapters may know. */
const vendor = (packages, adapters) => ({
  name: `only-adapters-know-${packages.replace(/\W+/g, ' ').trim()}`,
  severity: 'error',
  from: { path: '^src/', pathNot: adapters },
  to: { path: `node_modules/${packages}/` },
});

const words = [
  '^src/clock\\.ts$',
  '^src/log\\.ts$',
  '^src/wording\\.ts$',
  '^src/priority\\.ts$',
  '^src/vision/analysis\\.ts$',
];

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
      name: 'recordings-reach-no-lock',
      comment: 'Whatever a recording shows, no door opens for it.',
      severity: 'error',
      from: { path: '^src/(visits/(recordings|look-through)|recordings-of-visits|cli/backfill|past-visits)\\.ts$' },
      to: {
        path: '^src/(visits/(doorkeeper|visiting|pipeline)|locks/(?!lock\\.ts)|locksmith|face-unlock)',
        reachable: true,
      },
    },
    vendor('sqlite3', ['^src/store/']),
    vendor('onnxruntime-node', ['^src/vision/']),
    vendor('jimp', ['^src/vision/', '^src/alerts/draw\\.ts$']),
    vendor('node-telegram-bot-api', ['^src/alerts/bot-api\\.ts$']),
    vendor('commander', ['^src/cli/latchkey\\.ts$']),
    vendor('axios', ['^src/locks/exchange\\.ts$']),
    vendor('(ring-client-api|rxjs)', ['^src/cameras/ring/']),
    vendor('werift', ['^src/cameras/ring/', '^src/accessories/home-sound\\.ts$']),
    // What comes in from outside, settings or answers, is read with it.
    vendor('zod', ['^src/config', '^src/cameras/ring/', '^src/locks/', '^src/alerts/config\\.ts$', '^src/dashboard/']),
    vendor('(fastify|@fastify/.*)', ['^src/dashboard/http\\.ts$']),
    vendor('@homebridge/plugin-ui-utils', ['^src/page-server\\.ts$']),
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
      '^src/people/(people|look-alikes|ignored)\\.ts$',
      '^src/cameras/camera\\.ts$',
      '^src/locks/lock\\.ts$',
    ]),
    only('the-store-knows-visits', '^src/store/', [
      ...words,
      '^src/visits/visit\\.ts$',
      '^src/policy/decision\\.ts$',
      '^src/people/(people|ignored)\\.ts$',
      '^src/cameras/camera\\.ts$',
    ]),
    only('the-dashboard-looks-and-asks', '^src/dashboard/', [
      ...words,
      '^src/store/',
      '^src/people/(people|ignored)\\.ts$',
      '^src/policy/(decision|home-time)\\.ts$',
      '^src/cameras/camera\\.ts$',
      '^src/locks/lock\\.ts$',
    ]),
    only('accessories-know-no-pipeline', '^src/accessories/', [
      ...words,
      '^src/locks/lock\\.ts$',
      '^src/policy/occupancy\\.ts$',
      '^src/cameras/(camera|ffmpeg)\\.ts$',
    ]),
    only('alerts-ask-the-house-through-a-port', '^src/alerts/', [
      ...words,
      '^src/policy/',
      '^src/visits/visit\\.ts$',
      '^src/config/(fields|slug)\\.ts$',
    ]),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: {
      path: '^(dist|node_modules/(?!sqlite3|jimp|onnxruntime-node|commander|zod|axios|ring-client-api|werift|rxjs|node-telegram-bot-api))',
    },
  },
};
