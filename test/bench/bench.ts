/** `npm run bench`: what is fast, as ratios of things measured in the same run. */
import { parseArgs } from 'node:util';
import { benchDoorbells } from './doorbells.ts';
import { benchFrame } from './frame.ts';
import { benchModels } from './models.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '40' }, rings: { type: 'string', default: '5' } },
});
const rounds = Math.max(1, Number(values.rounds) || 40);
const rings = Math.max(1, Number(values.rings) || 5);

const say = (text: string) => process.stdout.write(`${text}\n`);

say(`Models, medians of ${rounds} interleaved runs on one thread\n`);
say(await benchModels(rounds));
say('\nA 640x360 JPEG with one person at the door, two threads, through the vision process\n');
say(await benchFrame(rounds));
say(`\nRing doorbells of 720p in a real Homebridge, ${rings} times each\n`);
say(await benchDoorbells(rings));
