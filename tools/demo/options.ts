/** What may follow `npm run demo --`. */
import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Play all visits, check them in Apple Home, print one JSON object, and end. */
  once: boolean;
  /** A folder of the user's own pictures to play instead. */
  pictures: string | null;
  /** People to enrol from pictures of their own. */
  enrol: { name: string; file: string }[];
  /** Where the demo's files go; what was there is removed. */
  folder: string | null;
}

export const help = `npm run demo -- [options]

Plays visits of real photographs through the real models in a real Homebridge.

  --once               play every visit, check each in Apple Home, print one JSON object as the last line, and end
  --pictures DIR       play your own: each picture in DIR is a visit, each folder in DIR a visit of its pictures
  --enrol NAME=FILE    with --pictures: enrol NAME from FILE; may be given several times
  --folder DIR         where the demo's files go, ./demo where not given; DIR must be new, empty, or a demo's
  --help               this text
`;

/** Throws an Error whose message is one sentence. */
export function readOptions(args: string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: 'boolean', default: false },
      pictures: { type: 'string' },
      enrol: { type: 'string', multiple: true, default: [] },
      folder: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.enrol.length > 0 && !values.pictures) throw new Error('--enrol needs --pictures DIR beside it.');
  const enrol = values.enrol.map((text) => {
    const at = text.indexOf('=');
    if (at < 1 || at === text.length - 1) throw new Error(`--enrol takes NAME=FILE, not ${text}.`);
    return { name: text.slice(0, at), file: text.slice(at + 1) };
  });
  return { once: values.once, pictures: values.pictures ?? null, enrol, folder: values.folder ?? null };
}
