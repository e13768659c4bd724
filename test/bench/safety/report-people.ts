/** The people behind the figures: how few they are, and who is like whom. */
import { table } from '../measure.ts';
import { ruleOfThree } from './bounds.ts';
import { percent, quantiles, share, sum } from './figures.ts';
import { looser, type Variant } from './grid.ts';
import { halves, templatePairs } from './look-alikes.ts';
import { falseUnlocks, type Result } from './run.ts';
import { judged, type PairCount } from './tally.ts';

export function dependence(result: Result): string {
  const { trials, tallies } = result;
  const fit = sum([...tallies.values()], (tally) => judged(tally.impostors));
  const happened = falseUnlocks(result);
  const residents = trials.residents.length;
  const unordered = (residents * (residents - 1)) / 2 + residents * (trials.album.length - residents);
  const bound = (n: number) => `${(ruleOfThree(n) * 100).toPrecision(2)} %`;
  const lines = [
    `The ${fit} trials are not independent: they are ${unordered} pairs of people, and only ${trials.album.length} people, seen in different pictures.`,
  ];
  if (happened > 0)
    return [...lines, `${happened} false unlocks happened, so the rule of three says nothing.`].join('\n');
  return [
    ...lines,
    'None opened, so by the rule of three, with 95 % confidence, at most',
    `  ${bound(fit)} of visits, were all trials independent, which they are not;`,
    `  ${bound(unordered)} of pairs of people have it ever happen, were the pairs independent, which they are but nearly;`,
    `  ${bound(trials.album.length)} of people are ever taken for one of these residents, people being independent: the bound to go by.`,
  ].join('\n');
}

export function nearest({ trials, tallies }: Result): string {
  const highest = new Map<string, PairCount>();
  for (const pair of [...tallies.values()].flatMap((tally) => tally.pairs)) {
    const key = `${pair.resident}:${pair.visitor}`;
    if (pair.highest > (highest.get(key)?.highest ?? -1)) highest.set(key, pair);
  }
  const name = (index: number) => trials.album[index]?.name ?? '';
  const first = [...highest.values()].sort((a, b) => b.highest - a.highest).slice(0, 10);
  const rows = first.map(({ resident, visitor, highest }) => [
    `${name(visitor)} for ${name(resident)}`,
    highest.toFixed(3),
  ]);
  return `The nearest anyone came to being taken for a resident\n${table(rows)}`;
}

export function lookAlikes({ trials, nearMisses, variants }: Result): string {
  const pairs = templatePairs(trials);
  const similarities = pairs.map(({ similarity }) => similarity);
  const own = halves(trials);
  const spread = (values: readonly number[], shares: readonly number[]) =>
    quantiles(values, shares)
      .map((value, index) => `${share(shares[index] as number)} ${value.toFixed(3)}`)
      .join(', ');
  const { threshold } = (variants[0] as Variant).limits;
  const reached = [threshold - looser, threshold - looser / 2, threshold];
  const bins = [-1, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 1];
  const rows = bins.slice(0, -1).flatMap((low, bin) => {
    const high = bins[bin + 1] as number;
    const some = nearMisses.filter(({ near }) => near >= low && near < high);
    if (some.length === 0) return [];
    return [
      [
        low < 0 ? `under ${high}` : `${low} to ${high}`,
        percent(some.length, nearMisses.length),
        ...reached.map((limit) => percent(some.filter(({ taken }) => taken >= limit).length, some.length)),
        Math.max(...some.map(({ taken }) => taken)).toFixed(3),
      ],
    ];
  });
  const heads = ['templates alike', 'of visits', ...reached.map((limit) => `reach ${limit.toFixed(2)}`), 'highest'];
  const beyond = nearMisses.map(({ near, taken }) => taken - near);
  return [
    `Templates of two different residents, ${pairs.length} pairs: ${spread(similarities, [0.5, 0.9, 0.99, 0.999, 1])}`,
    ...pairs.slice(0, 5).map(({ names, similarity }) => `  ${names.join(' and ')} ${similarity.toFixed(3)}`),
    `Templates of two halves of one resident's pictures: ${spread(own, [0, 0.01, 0.05, 0.5])}`,
    '',
    `${nearMisses.length} fit visits by one of two residents, held against the other: by how alike the two templates are`,
    table([heads, ...rows]),
    `A face at the door is nearer to the other one's template than the two templates are to each other by: ${spread(beyond, [0.5, 0.9, 0.99, 0.999, 1])}`,
  ].join('\n');
}
