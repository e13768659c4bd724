/** A process that does nothing but look at a recording, to be killed while it loads it. */
import { join } from 'node:path';
import { TemporaryFiles } from '../../../src/cameras/download.ts';
import { RingAccount } from '../../../src/cameras/ring/account.ts';
import { recordingFrames } from '../../../src/cameras/ring/recording.ts';
import { TokenFile } from '../../../src/cameras/ring/token.ts';
import { systemClock } from '../../../src/clock.ts';
import { FakeLog } from '../../fakes/log.ts';
import { redirect } from '../../fakes/ring/redirect.ts';

const [folder = '', address = ''] = process.argv.slice(2);
await redirect(JSON.parse(address));
const tokens = new TokenFile(join(folder, 'ring.json'));
const account = new RingAccount({ tokens, log: new FakeLog(), clock: systemClock });
await account.start();
const options = {
  account,
  device: '1001',
  name: 'Front',
  clock: systemClock,
  ffmpeg: 'ffmpeg',
  files: new TemporaryFiles(join(folder, 'recordings')),
};
for await (const _ of recordingFrames(options, { recordingId: '77', at: 0 }, new AbortController().signal));
