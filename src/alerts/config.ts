/** The settings of the Telegram alerts. */
import { z } from 'zod';
import { choice, dayChoices, list, name, section, timeOfDay, wholeNumber } from '../config/fields.ts';
import { slug } from '../config/slug.ts';
import { type AlertKind, alertKinds } from '../policy/alert.ts';
import { weekdays } from '../policy/home-time.ts';

const tokenMustBe = 'must be the token BotFather gave you, such as 123456789:AA... (35 characters after the colon)';
const idMustBe = 'must be a whole number, such as 123456789, or -1001234567890 for a group';

/** What the settings form calls each kind of alert. */
const kindNames: Readonly<Record<AlertKind, string>> = {
  stranger: 'A stranger is at the door',
  person: 'Somebody enrolled is at the door, and it stayed shut',
  unlocked: 'A lock opened for a face',
  jammed: 'A lock is jammed',
  'left-open': 'A lock or door stayed open',
  health: 'Something of the plugin needs attention, or works again',
  digest: 'The week in one message',
};

const id = z
  .int(idMustBe)
  .min(-(2 ** 52), idMustBe)
  .max(2 ** 52, idMustBe)
  .refine((value) => value !== 0, idMustBe);

const chat = section(
  { title: 'Chat', description: 'A private chat with the bot, or a group the bot is in.' },
  {
    id: id.meta({ title: 'Chat id', description: 'Write /start to the bot, and it answers with this number.' }),
    name: name({ title: 'Name', description: 'What the log calls this chat.' }),
    role: choice(
      { title: 'Role', description: 'What the people of this chat may do.' },
      {
        family: 'Family: is told, and may ask',
        owner: 'Owner: may also lock, unlock, arm and enrol',
      },
      'family',
    ),
    userIds: list(
      {
        title: 'User ids',
        description:
          'The people who may tap buttons and write commands here, by their user ids. In a private chat it may stay empty; in a group, nobody may while it is empty.',
      },
      id.min(1, 'must be a user id, such as 123456789'),
      50,
    ),
    kinds: list(
      { title: 'Alerts', description: 'What this chat hears of; left empty, all that suits its role.' },
      z.literal([...alertKinds], `must be one of ${alertKinds.map((kind) => `"${kind}"`).join(', ')}`).meta({
        title: 'Alert',
        description: 'A kind of alert.',
        choices: kindNames,
      }),
      alertKinds.length,
    ),
    cameras: list(
      { title: 'Cameras', description: 'The names of the cameras this chat hears of; left empty, all.' },
      z
        .string('must be the name of a camera')
        .trim()
        .min(1, 'must be the name of a camera')
        .max(64, 'must be the name of a camera'),
      32,
    ),
    quietHours: section(
      {
        title: 'Quiet hours',
        description: 'Messages arrive without a sound, except for a lock that jams or stays open.',
      },
      {
        from: timeOfDay({ title: 'From', description: 'When they begin, such as 22:00, by the clock at home.' }),
        to: timeOfDay({ title: 'To', description: 'When they end, such as 07:00.' }),
      },
    )
      .refine(({ from, to }) => (from === '') === (to === ''), 'needs both times, or neither')
      .prefault({}),
  },
);

/** The block `telegram`; without a token there are no alerts. */
export const telegramSettings = section(
  { title: 'Telegram', description: 'Messages with pictures and buttons, to your own Telegram bot.' },
  {
    token: z
      .string(tokenMustBe)
      .trim()
      .regex(/^(\d{5,20}:[\w-]{30,64})?$/, tokenMustBe)
      .default('')
      .meta({
        title: 'Bot token',
        description:
          'From BotFather; left empty, there are no alerts. Whoever has it can read and write as the bot: keep it to yourself.',
        'x-schema-form': { type: 'password' },
      }),
    chats: list({ title: 'Chats', description: 'Who is told, and who may do what.' }, chat, 20).refine(
      (chats) => new Set(chats.map(({ id }) => id)).size === chats.length,
      'must not hold a chat id twice',
    ),
    digest: section(
      { title: 'Weekly digest', description: 'The week in one message, with a picture of its busy hours.' },
      {
        day: choice(
          { title: 'Day', description: 'The day it is sent.' },
          { never: 'Never', ...dayChoices() },
          'sunday',
        ),
        hour: wholeNumber(
          { title: 'Hour', description: 'The hour it is sent, by the clock at home.' },
          { min: 0, max: 23, byDefault: 18 },
        ),
      },
    ).prefault({}),
    confirmSeconds: wholeNumber(
      {
        title: 'Unlock counts for (seconds)',
        description: 'How long the button Unlock counts after its message was sent.',
      },
      { min: 5, max: 300, byDefault: 30 },
    ),
    leftOpenMinutes: wholeNumber(
      { title: 'Left open after (minutes)', description: 'A lock or door open for this long is told of; 0 is never.' },
      { min: 0, max: 1440, byDefault: 10 },
    ),
    apiRoot: z
      .url({ protocol: /^https?$/, error: 'must be an address such as http://192.168.1.5:8081' })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional()
      .meta({
        title: 'Bot API server',
        description: 'Only for those who run a Bot API server of their own.',
      }),
  },
);

export type TelegramSettings = z.output<typeof telegramSettings>;

/** The number of the digest's day, 0 for Monday; null for never. */
export function digestWeekday(day: TelegramSettings['digest']['day']): number | null {
  const index = weekdays.findIndex((weekday) => weekday.toLowerCase() === day);
  return index < 0 ? null : index;
}

/** What is wrong with the cameras that chats name, as sentences; `cameras` are all there are. */
export function unknownCameras(
  { chats }: TelegramSettings,
  cameras: readonly { id: string; name: string }[],
): string[] {
  const known = cameras.map(({ name }) => `"${name}"`).join(', ') || 'none yet';
  return chats.flatMap((chat, at) =>
    chat.cameras.flatMap((camera, index) => {
      if (cameras.some(({ id }) => id === slug(camera))) return [];
      return `telegram.chats[${at}].cameras[${index}] names a camera that is not among cameras: write the name of one of them (${known}).`;
    }),
  );
}
