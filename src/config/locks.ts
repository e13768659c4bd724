/** The kinds of lock, and the account that SwitchBot's need. */
import { z } from 'zod';
import { choice, flag, kind, list, name, number, section } from './fields.ts';
import { answered, line } from './lock-answers.ts';

const kindOfLock = { title: 'Kind of lock', description: 'What moves the bolt.' };

/** What every lock has. */
const everyLock = {
  name: name({ title: 'Name', description: 'The name of the lock in the Home app.' }),
  relockSeconds: number(
    {
      title: 'Lock again after (seconds)',
      description: 'Locks again this long after it was unlocked, by anyone; 0 is never.',
    },
    { min: 0, max: 3600, byDefault: 0 },
  ),
};

const lockWithDoor = {
  ...everyLock,
  relockOnceClosed: flag(
    {
      title: 'Lock again once the door has closed',
      description: 'Locks again as soon as the door has been opened and closed, where the lock knows its door.',
    },
    false,
  ),
};

export const virtualLock = section(
  {
    title: 'Virtual lock',
    description: 'A lock that exists in the Home app only, for automations and for trying things out.',
  },
  { type: kind(kindOfLock, 'virtual', 'Virtual: exists in the Home app only'), ...everyLock },
);

const deviceIdMustBe = 'must be a SwitchBot device id, as "latchkey devices" lists them';

export const switchBotLock = section(
  { title: 'SwitchBot lock', description: "A lock that is moved through SwitchBot's cloud and a SwitchBot hub." },
  {
    type: kind(kindOfLock, 'switchbot', 'SwitchBot: through its cloud and a hub'),
    ...lockWithDoor,
    deviceId: z
      .string(deviceIdMustBe)
      .trim()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, deviceIdMustBe)
      .meta({ title: 'Device id', description: 'As "latchkey devices" lists it, such as D708C25A1C21.' }),
  },
);

const urlMustBe = 'must be an address that begins with http:// or https://';

function request(words: { title: string; description: string }) {
  const nameMustBe = 'must be the name of a header, such as Authorization';
  const valueMustBe = 'must be one line of plain letters, digits and signs';
  return section(words, {
    method: choice(
      { title: 'Method', description: 'As the manual of the lock says.' },
      { GET: 'GET', POST: 'POST', PUT: 'PUT', PATCH: 'PATCH', DELETE: 'DELETE' },
      'GET',
    ),
    url: z
      .string(urlMustBe)
      .trim()
      .max(4096, urlMustBe)
      .regex(/^https?:\/\//i, urlMustBe)
      .refine((text) => URL.canParse(text), urlMustBe)
      .meta({ title: 'Address', description: 'With everything that belongs to it, such as ?open=1.' }),
    headers: list(
      { title: 'Headers', description: 'What else the lock asks for, such as a password.' },
      section(
        { title: 'Header', description: 'One header.' },
        {
          name: z
            .string(nameMustBe)
            .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/, nameMustBe)
            .meta({ title: 'Name', description: 'Such as Authorization.' }),
          value: z
            .string(valueMustBe)
            .max(4096, valueMustBe)
            .regex(/^[\t\x20-\x7e]*$/, valueMustBe)
            .meta({ title: 'Value', description: 'What stands after the colon.' }),
        },
      ),
      20,
    ),
    body: z
      .string('must be text of at most 16384 characters')
      .max(16_384, 'must be text of at most 16384 characters')
      .optional()
      .meta({ title: 'Body', description: 'Sent with the request; left empty, nothing is.' }),
  });
}

function program(words: { title: string; description: string }) {
  const error = 'must be the path or the name of a program';
  return section(words, {
    program: z
      .string(error)
      .min(1, error)
      .max(4096, error)
      .regex(/^[^\0\r\n]*$/, error)
      .meta({ title: 'Program', description: 'Its full path, or its name where it is on PATH. No shell reads it.' }),
    arguments: list(
      { title: 'Arguments', description: 'One in each line; none is split, and nothing in them is replaced.' },
      line({ title: 'Argument', description: 'Handed over as it is.' }),
      100,
    ),
  });
}

export const httpLock = section(
  { title: 'HTTP lock', description: 'A lock in the house, or a bridge to one, that is moved by HTTP requests.' },
  {
    type: kind(kindOfLock, 'http', 'HTTP: requests of your own'),
    ...lockWithDoor,
    lockRequest: request({ title: 'To lock', description: 'The request that locks.' }),
    unlockRequest: request({ title: 'To unlock', description: 'The request that unlocks; it is never sent twice.' }),
    statusRequest: request({ title: 'For the state', description: 'The request that asks for the state.' }),
    ...answered,
  },
);

export const programLock = section(
  { title: 'Program lock', description: 'A lock that is moved by programs on this machine.' },
  {
    type: kind(kindOfLock, 'program', 'Program: programs of your own'),
    ...lockWithDoor,
    lockProgram: program({ title: 'To lock', description: 'The program that locks; exit code 0 says that it worked.' }),
    unlockProgram: program({ title: 'To unlock', description: 'The program that unlocks; it is never run twice.' }),
    statusProgram: program({ title: 'For the state', description: 'The program that tells the state.' }),
    answer: choice(
      { title: 'The state is', description: 'Where the program that tells the state puts it.' },
      { output: 'In what it prints', 'exit code': 'Its exit code' },
      'output',
    ),
    ...answered,
    environment: list(
      { title: 'Environment', description: 'Variables for the programs, beside PATH, HOME, LANG and TZ.' },
      section(
        { title: 'Variable', description: 'One variable.' },
        {
          name: z
            .string('must be the name of a variable')
            .regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/, 'must be the name of a variable')
            .meta({ title: 'Name', description: 'Letters, digits and underscores.' }),
          value: line({ title: 'Value', description: 'Handed over as it is.' }),
        },
      ),
      50,
    ),
  },
);

function credential(words: { title: string; description: string }) {
  const error = 'must be copied whole from the SwitchBot app, without spaces';
  return z
    .string(error)
    .trim()
    .max(1024, error)
    .regex(/^[\x21-\x7e]*$/, error)
    .default('')
    .meta({ ...words, 'x-schema-form': { type: 'password' } });
}

export const switchBotAccount = section(
  { title: 'SwitchBot account', description: 'Only needed for SwitchBot locks; both are in the SwitchBot app.' },
  {
    token: credential({ title: 'Token', description: 'Profile, Preferences, About, Developer Options.' }),
    secret: credential({ title: 'Secret key', description: 'In the same place.' }),
    url: z
      .string(urlMustBe)
      .trim()
      .regex(/^(https?:\/\/.*)?$/i, urlMustBe)
      .refine((text) => text === '' || URL.canParse(text), urlMustBe)
      .optional()
      .meta({ title: 'Address', description: "Where the cloud is, for tests; left empty, it is SwitchBot's own." }),
  },
).prefault({});
