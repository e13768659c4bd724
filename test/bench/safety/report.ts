/** The figures in words and tables. */
import type { VisitRules } from '../../../src/visits/visiting.ts';
import { table } from '../measure.ts';
import { bootstrap } from './bounds.ts';
import { percent, perMillion, quantiles, share, sum } from './figures.ts';
import { looser, type Variant } from './grid.ts';
import type { Limits } from './judge.ts';
import { dependence, lookAlikes, nearest } from './report-people.ts';
import type { Result } from './run.ts';
import { judged, type Tally } from './tally.ts';
import { enrolledPictures } from './trials.ts';

const rounds = 500;

export function report(result: Result, rules: VisitRules): string {
  return [
    album(result, rules),
    atTheDefaults(result, rules),
    similarities(result),
    byThreshold(result),
    ...(['frameThreshold', 'margin', 'minAntispoof'] as const).map((moved) => byLimit(result, moved)),
    dependence(result),
    nearest(result),
    lookAlikes(result),
  ].join('\n\n');
}

function album({ trials, checked }: Result, { unlock }: VisitRules): string {
  const { album, residents, pairs } = trials;
  const pictures = sum(album, (subject) => subject.pictures.length);
  const faceless = album.flatMap((subject) => subject.pictures).filter(({ faces }) => faces.length === 0).length;
  const still = album.filter((subject) => subject.pictures.length < unlock.frames).length;
  return [
    `${album.length} people, ${pictures} pictures (${faceless} without a face). ${residents.length} people have the ${enrolledPictures} pictures`,
    `that enrolment takes, and are residents in turn; with everybody else they make ${pairs.length} pairs.`,
    `A visit is ${unlock.frames} pictures. ${still} people have fewer: they stand still, the same picture again and again.`,
    `${checked} trials, drawn at random, went through the product's own code too: it decided the same each time.`,
  ].join('\n');
}

function atTheDefaults({ tallies }: Result, { unlock, recognition }: VisitRules): string {
  const rows = [...tallies].map(([size, { impostors, genuine }]) => [
    `${size}`,
    `${impostors.visits}`,
    `${impostors.refused}`,
    `${impostors.opened[0]}`,
    `${genuine.visits}`,
    `${genuine.refused}`,
    `${genuine.opened[0]}`,
    percent(genuine.opened[0] as number, judged(genuine)),
    `${genuine.asAnother[0]}`,
  ]);
  const heads = [
    'household',
    'strangers',
    'unfit',
    'let in',
    'residents',
    'unfit',
    'let in',
    'of the fit',
    'as another',
  ];
  const reasons = new Map<string, number>();
  for (const { refusedBy } of tallies.values()) {
    for (const [gate, count] of refusedBy) reasons.set(gate, (reasons.get(gate) ?? 0) + count);
  }
  const unfit = [...reasons].map(([gate, count]) => `${gate} ${count}`).join(', ') || 'none';
  return [
    `At the defaults: threshold ${unlock.threshold}, margin ${unlock.margin}, recognition ${recognition.threshold}, sharpness ${unlock.minSharpness}, face ${unlock.minFacePixels} pixels, anti-spoof ${unlock.minAntispoof}`,
    table([heads, ...rows]),
    `Unfit is refused whoever is enrolled (${unfit}).`,
  ].join('\n');
}

function similarities({ tallies }: Result): string {
  const shares = [0.001, 0.01, 0.05, 0.5, 0.95, 0.99, 0.999, 0.9999, 1];
  const rows = [...tallies].flatMap(([size, { similarities }]) =>
    (
      [
        ['strangers', similarities.impostors],
        ['still strangers', similarities.stillImpostors],
        ['residents', similarities.genuine],
      ] as const
    ).map(([who, values]) => [
      `${who}, household of ${size}`,
      ...quantiles(values, shares).map((value) => value.toFixed(3)),
    ]),
  );
  const heads = ['similarity of the fused face', ...shares.map(share)];
  return `Quantiles\n${table([heads, ...rows])}`;
}

function byThreshold({ tallies, trials, variants, random }: Result): string {
  const alone = tallies.get(1);
  const bounds = alone ? bootstrap(alone.pairs, trials.album.length, rounds, random) : [];
  const rows = variants.flatMap(({ moved, limits }, index) => {
    if (moved !== 'threshold') return [];
    const pairs = alone?.pairs.filter((pair) => (pair.opened[index] as number) > 0) ?? [];
    return [
      [
        limits.threshold.toFixed(2),
        ...[...tallies.values()].map((tally) => strangersPerMillion(tally, index)),
        perMillion(bounds[index] ?? 0),
        `${pairs.length}`,
        residentsLetIn([...tallies.values()], index),
      ],
    ];
  });
  const heads = ['threshold', ...[...tallies.keys()].map((size) => `of ${size}`), '95 % bound', 'pairs', 'residents'];
  return [
    'Strangers let in per million fit visits by household size; for households of one, the bound that 95 % of',
    `${rounds} resamples of the people stay under and the pairs it happened to; residents let in, of their fit visits`,
    table([heads, ...rows]),
  ].join('\n');
}

function byLimit(result: Result, moved: keyof Limits): string {
  const all = [...result.tallies.values()];
  const indexed = result.variants.map((variant, index) => ({ variant, index }));
  const ofThis = indexed.filter(({ variant }) => variant.moved === moved);
  const threshold = (result.variants[0] as Variant).limits.threshold;
  const rows = ofThis
    .filter(({ variant }) => variant.limits.threshold === threshold)
    .map(({ variant, index }) => [
      `${variant.limits[moved]}`,
      residentsLetIn(all, index),
      ratePerMillion(all, index),
      // The looser twin follows each variant.
      ratePerMillion(all, index + 1),
    ]);
  const heads = [moved, 'residents', 'strangers', `at ${(threshold - looser).toFixed(2)}`];
  return [
    `${moved} moved by itself: residents let in of their fit visits, strangers per million; the same at a threshold ${looser} lower`,
    table([heads, ...rows]),
  ].join('\n');
}

function residentsLetIn(tallies: readonly Tally[], index: number): string {
  return percent(
    sum(tallies, ({ genuine }) => genuine.opened[index] as number),
    sum(tallies, ({ genuine }) => judged(genuine)),
  );
}

function ratePerMillion(tallies: readonly Tally[], index: number): string {
  const opened = sum(tallies, ({ impostors }) => impostors.opened[index] as number);
  return perMillion(opened / sum(tallies, ({ impostors }) => judged(impostors)));
}

function strangersPerMillion(tally: Tally, index: number): string {
  return ratePerMillion([tally], index);
}
