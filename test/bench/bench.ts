/** `npm run bench`: what is fast, as ratios of things measured in the same run. */
import { parseArgs } from 'node:util';
import { benchFrame } from './frame.ts';
import { benchModels } from './models.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '40' } } });
const rounds = Math.max(1, Number(values.rounds) || 40);

const say = (text: string) => process.stdout.write(`${text}\n`);

say(`Models, medians of ${rounds} interleaved runs on one thread\n`);
say(await benchModels(rounds));
say('\nA 640x360 JPEG with one person at the door, two threads, through the vision process\n');
say(await benchFrame(rounds));
