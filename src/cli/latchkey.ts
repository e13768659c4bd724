#!/usr/bin/env node
/** The command line `latchkey`: results on standard output, everything else on standard error. */
import { Command, InvalidArgumentError } from 'commander';
import { reason } from '../log.ts';
import { analyze } from './analyze.ts';
import { backfill } from './backfill.ts';
import { listDevices } from './devices.ts';
import { login } from './login.ts';
import { enrol, forget, listPeople } from './people.ts';
import { homebridgeStorage } from './storage.ts';

const program = new Command('latchkey')
  .description('Your doorbell knows who is there: look at pictures and enrol people from the command line.')
  .configureHelp({ showGlobalOptions: true })
  .option('--storage <folder>', "Homebridge's storage folder", homebridgeStorage())
  .showHelpAfterError();

program
  .command('analyze')
  .description('Say what is in pictures: objects, faces, and which enrolled people they are nearest to.')
  .argument('<file|folder...>', 'JPEG or PNG pictures; folders are walked')
  .option('--json', 'an array of one object per picture, on standard output')
  .option('--embeddings', 'with --json: each face with its embedding, 1024 numbers of length 1')
  .option('--min-confidence <number>', 'leave out objects the detector is less sure of, 0 to 1', confidence, 0.4)
  .addHelpText('after', '\nExample:\n  $ latchkey analyze --json --min-confidence 0.05 pictures/ > found.json')
  .action((paths, options) => analyze(paths, { ...options, ...program.opts() }));

program
  .command('enrol')
  .alias('enroll')
  .description('Enrol a person from pictures of their face; more pictures may be added later.')
  .argument('<name>', 'as the Home app and the alerts shall call the person')
  .argument('<file|folder...>', 'pictures with one face each, from the front, in good light; five or more are best')
  .addHelpText('after', '\nExample:\n  $ latchkey enrol "Ada Lovelace" ada-1.jpg ada-2.jpg ada-3.jpg')
  .action((name, paths) => enrol(name, paths, program.opts()));

program
  .command('people')
  .description('List the enrolled people.')
  .option('--json', 'an array of one object per person, on standard output')
  .action((options) => listPeople({ ...options, ...program.opts() }));

program
  .command('forget')
  .description('Erase a person and all templates of their face. Past visits keep their pictures until they age out.')
  .argument('<name>', 'as enrolled')
  .action((name) => forget(name, program.opts()));

program
  .command('login')
  .description('Log in to Ring with e-mail address, password and the code Ring sends.')
  .action(() => login(program.opts()));

program
  .command('devices')
  .description('List the Ring cameras and the SwitchBot locks you have, with their ids, and which of them can be used.')
  .option('--json', 'an array of one object per device, on standard output')
  .addHelpText(
    'after',
    "\nRing is asked with the login of `latchkey login`, SwitchBot with the token and secret key in Homebridge's config.json.",
  )
  .action((options) => listDevices({ ...options, ...program.opts() }).finally(endSoon));

program
  .command('backfill')
  .description('Look at what Ring recorded before, and put it into the history. No door opens, and nobody is alerted.')
  .option('--days <number>', 'how many days back', days, 7)
  .addHelpText(
    'after',
    '\nRecordings need a Ring subscription, and ffmpeg. It may run beside Homebridge. Ctrl-C ends it; run again, it goes on.',
  )
  .action((options) => backfill({ ...options, ...program.opts() }).finally(endSoon));

/** The Ring client leaves its push receiver open, which would keep the process for ever. */
function endSoon(): void {
  setImmediate(() => process.stdout.write('', () => process.exit()));
}

function confidence(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}

function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return value;
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
}
