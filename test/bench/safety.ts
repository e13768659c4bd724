/** `npm run bench:safety`: how often the door would open for somebody it should not, by replaying people's pictures. */
import { parseArgs } from 'node:util';
import { parseConfig } from '../../src/config.ts';
import { reason } from '../../src/log.ts';
import { visitRules } from '../../src/visit-rules.ts';
import { readAlbum } from './safety/album.ts';
import { report } from './safety/report.ts';
import { falseUnlocks, run } from './safety/run.ts';

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: '../shared/data/faces' },
    trials: { type: 'string', default: '2000000' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
  },
});
const whole = (text: string, least: number) => Math.max(least, Math.floor(Number(text)) || least);

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The defaults of the product, with face unlock on. */
function defaultRules() {
  const parsed = parseConfig({ unlock: { mode: 'auto' } });
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  return visitRules(parsed.config, { mode: 'auto', timeZone: 'UTC' });
}

try {
  const rules = defaultRules();
  const album = await readAlbum(values.dir, whole(values.threads, 1));
  const plan = {
    trials: whole(values.trials, 1),
    checks: 20_000,
    seed: whole(values.seed, 0),
    householdSizes: [1, 2, 4, 8],
  };
  const result = run(album, rules, plan);
  say(report(result, rules));
  const opened = falseUnlocks(result);
  say(`\nFalse unlocks at the defaults: ${opened}.`);
  if (opened > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
}
