/** npm run test:faults: many seeded schedules of faults. --seed N replays one, --faults N says how many faults in all. */
import { parseArgs } from 'node:util';
import { play } from './play.ts';

const faultsInEach = 50;

const { values } = parseArgs({ options: { seed: { type: 'string' }, faults: { type: 'string', default: '10000' } } });
const first = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
const schedules = values.seed === undefined ? Math.ceil(Number(values.faults) / faultsInEach) : 1;

const sum = { faults: 0, visits: 0, face: 0, tap: 0, runs: 0, violations: 0 };
for (let seed = first; seed < first + schedules; seed++) {
  const { faults, visits, opened, runs, violations } = await play(seed, faultsInEach);
  sum.faults += faults;
  sum.visits += visits;
  sum.face += opened.face;
  sum.tap += opened.tap;
  sum.runs += runs;
  sum.violations += violations.length;
  for (const violation of violations) console.error(`seed ${seed}: ${violation}`);
  if (violations.length > 0) console.error(`Replay it with: npm run test:faults -- --seed ${seed}`);
}
console.log(
  `${sum.faults} faults in ${schedules} schedules from seed ${first}: ${sum.visits} visits, ${sum.runs} runs of the plugin, ` +
    `opened for a face ${sum.face} times and for a tap ${sum.tap} times, ${sum.violations} violations.`,
);
if (sum.violations > 0) process.exitCode = 1;
