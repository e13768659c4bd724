/** What people write to the bot: commands, replies with a name, and strangers who found the bot. */
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import type { Role } from '../policy/alert.ts';
import type { Written } from './bot.ts';
import type { Chance } from './chance.ts';
import type { ChatSettings, Chats } from './chats.ts';
import type { Confirmations } from './confirmations.ts';
import type { Actor, House, Named } from './house.ts';
import { offerButton } from './lane.ts';
import type { Naming } from './naming.ts';
import type { Saying, Speaker } from './speaker.ts';
import { duration, plainName, whenAtHome } from './wording.ts';

export interface CommandPorts {
  house: House;
  chats: Chats;
  confirmations: Confirmations;
  naming: Naming;
  speaker: Speaker;
  clock: Clock;
  chance: Chance;
  log: Log;
  timeZone: string;
  /** One line on how Telegram itself does. */
  condition(): string;
}

interface Asked {
  chat: ChatSettings;
  actor: Actor;
  /** What stands behind the command. */
  words: string;
}

interface Command {
  role: Role;
  /** What the menu and /help say. */
  does: string;
  /** Not done for words written before the plugin started: nobody expects them to count any more. */
  acts: boolean;
  run(asked: Asked): Promise<Saying>;
}

const longestMute = 7 * 24 * 3600_000;
/** Strangers who found the bot are told how it is set up, but not without end. */
const strangersAnswered = 5;
const strangersForgottenAfter = 60_000;

export class Commands {
  readonly #ports: CommandPorts;
  readonly #startedAt: number;
  #botName = '';
  #strangersAt: number[] = [];
  readonly #commands: Readonly<Record<string, Command>>;

  constructor(ports: CommandPorts) {
    this.#ports = ports;
    this.#startedAt = ports.clock.now();
    const ask = (does: string, run: Command['run']): Command => ({ role: 'family', acts: false, does, run });
    const act = (does: string, run: Command['run']): Command => ({ role: 'owner', acts: true, does, run });
    this.#commands = {
      status: ask('how things stand', ({ chat }) => this.#status(chat)),
      who: ask('who is at the door, and who was there today', async () => ({ text: await this.#ports.house.who() })),
      snapshot: ask('a picture of a camera', ({ words }) => this.#snapshot(words)),
      lock: act('lock up', (asked) => this.#lock(asked)),
      unlock: act('open a lock; asks once more', (asked) => this.#unlock(asked)),
      arm: act('let face unlock open the door', ({ actor }) => this.#arm(true, actor)),
      disarm: act('keep face unlock from opening the door', ({ actor }) => this.#arm(false, actor)),
      mute: ask('no messages here for a while: /mute 2h, /mute off', (asked) => this.#mute(asked)),
      help: ask('what I can do', async ({ chat }) => ({ text: this.#help(chat.role) })),
    };
  }

  /** As the bot is called, without `@`: in groups, commands may be meant for another bot. */
  set botName(name: string) {
    this.#botName = name;
  }

  get menu(): { command: string; description: string }[] {
    return Object.entries(this.#commands).map(([command, { does }]) => ({ command, description: does }));
  }

  /** Resolves once everything that follows from the words is done. */
  async heard(written: Written): Promise<void> {
    const { chats, speaker, naming } = this.#ports;
    const chat = chats.known(written.chatId);
    if (!chat) return this.#strangeChat(written);
    if (chats.isOwner(chat, written.userId) && (await naming.heard(chat, written))) return;
    const command = readCommand(written.text, this.#botName);
    // In a group people talk to each other.
    if (!command && !written.private) return;
    if (!chats.isMember(chat, written.userId)) return this.#strangeUser(chat, written);
    const saying = await this.#answer(chat, written, command);
    await speaker.say(chat, saying);
  }

  async #answer(chat: ChatSettings, written: Written, read: ReturnType<typeof readCommand>): Promise<Saying> {
    const command = read && Object.hasOwn(this.#commands, read.name) ? this.#commands[read.name] : undefined;
    if (!read || !command) return { text: this.#help(chat.role) };
    if (command.role === 'owner' && chat.role !== 'owner') {
      return { text: `Only chats with the role of owner may use /${read.name}, so nothing was done.` };
    }
    if (command.acts && written.at + 1000 < this.#startedAt) {
      return { text: `I was not running when you wrote /${read.name}, so nothing was done: write it again.` };
    }
    const actor = { userId: written.userId, name: plainName(written.userName) };
    if (command.acts) this.#ports.log.info(`Telegram: ${actor.name} (user ${actor.userId}) wrote /${read.name}.`);
    try {
      return await command.run({ chat, actor, words: read.words });
    } catch (error) {
      return { text: reason(error) };
    }
  }

  async #status(chat: ChatSettings): Promise<Saying> {
    const { house, chats, clock, timeZone, condition } = this.#ports;
    const until = chats.mutedUntil(chat);
    const muted = until > clock.now() ? `This chat is muted until ${whenAtHome(until, timeZone)}.` : '';
    return { text: [await house.status(), condition(), muted].filter((line) => line !== '').join('\n') };
  }

  async #snapshot(words: string): Promise<Saying> {
    const { house, timeZone } = this.#ports;
    const camera = chosen(house.cameras, words);
    if (!camera) return { text: which('camera', 'snapshot', house.cameras) };
    const { jpeg, takenAt } = await house.snapshot(camera.id);
    return { text: `${camera.name}, ${whenAtHome(takenAt, timeZone)}`, picture: jpeg };
  }

  /** Without a name it locks everything: that is what locking up means. */
  async #lock({ words, actor }: Asked): Promise<Saying> {
    const { house } = this.#ports;
    const named = chosen(house.locks, words);
    if (words !== '' && !named) return { text: which('lock', 'lock', house.locks) };
    const locks = named ? [named] : house.locks;
    if (locks.length === 0) return { text: 'No lock is set up.' };
    const told = await Promise.all(
      locks.map((lock) => house.lock(lock.id, actor).catch((error) => `${lock.name} did not lock: ${reason(error)}`)),
    );
    return { text: told.join('\n') };
  }

  async #unlock({ words, chat }: Asked): Promise<Saying> {
    const { house, confirmations, chance } = this.#ports;
    const named = chosen(house.locks, words);
    if (words !== '' && !named) return { text: which('lock', 'unlock', house.locks) };
    const locks = named ? [named] : house.locks;
    if (locks.length === 0) return { text: 'No lock is set up.' };
    // One question, one opening: whichever lock is tapped, the other buttons are closed with it.
    const subject = `ask:${chance.nonce()}`;
    const buttons = locks.map(({ id, name }) => {
      const offer = { action: 'unlock', lockId: id, lockName: name, eventId: null } as const;
      return offerButton(offer, chat, confirmations, subject);
    });
    const life = duration(confirmations.lifeOf('unlock'));
    return { text: `Really? This button counts once, for ${life}.`, buttons };
  }

  async #arm(armed: boolean, actor: Actor): Promise<Saying> {
    return { text: await this.#ports.house.arm(armed, actor) };
  }

  async #mute({ words, chat }: Asked): Promise<Saying> {
    const { chats, clock, timeZone } = this.#ports;
    if (words === 'off') {
      await chats.mute(chat, 0);
      return { text: 'This chat is no longer muted.' };
    }
    const length = readDuration(words === '' ? '1h' : words);
    if (length === null) return { text: 'Write how long, such as /mute 30m, /mute 2h or /mute 1d; /mute off ends it.' };
    const until = clock.now() + Math.min(length, longestMute);
    await chats.mute(chat, until);
    const still = 'A lock that jams or stays open is still told.';
    return {
      text: `This chat is muted for ${duration(until - clock.now())}, until ${whenAtHome(until, timeZone)}. ${still}`,
    };
  }

  #help(role: Role): string {
    const lines = Object.entries(this.#commands)
      .filter(([, command]) => command.role === 'family' || role === 'owner')
      .map(([name, { does }]) => `/${name}: ${does}`);
    return lines.join('\n');
  }

  /** Tells whoever sets the bot up the numbers the settings ask for; nothing about the house. */
  async #strangeChat({ chatId, userId, text }: Written): Promise<void> {
    if (!/^\/(start|help|id)\b/.test(text) || !this.#mayAnswerStranger()) return;
    await this.#ports.speaker.sayTo(
      chatId,
      `This chat is not in the settings of Latchkey. Its chat id is ${chatId}, and your user id is ${userId}.`,
    );
  }

  async #strangeUser(chat: ChatSettings, { userId }: Written): Promise<void> {
    if (!this.#mayAnswerStranger()) return;
    const text = `You are not among the people who may use this bot here, so nothing was done. Your user id is ${userId}.`;
    await this.#ports.speaker.say(chat, { text });
  }

  #mayAnswerStranger(): boolean {
    const now = this.#ports.clock.now();
    this.#strangersAt = this.#strangersAt.filter((at) => Math.abs(now - at) < strangersForgottenAfter);
    if (this.#strangersAt.length >= strangersAnswered) return false;
    this.#strangersAt.push(now);
    return true;
  }
}

/** `/lock Front door` and, for a bot called so, `/lock@door_bot Front door`; null for anything else. */
export function readCommand(text: string, botName: string): { name: string; words: string } | null {
  const [, name, bot, words] = /^\/([a-z]+)(?:@(\w+))?(?:\s+(.*))?$/is.exec(text.trim()) ?? [];
  if (!name || (bot && bot.toLowerCase() !== botName.toLowerCase())) return null;
  return { name: name.toLowerCase(), words: (words ?? '').trim() };
}

/** `30m`, `2h` or `1d` in milliseconds; null for anything else. */
export function readDuration(words: string): number | null {
  const [, count, unit] = /^(\d{1,5})\s*(m|h|d)[a-z]*$/i.exec(words.trim()) ?? [];
  const size = { m: 60_000, h: 3600_000, d: 24 * 3600_000 }[unit?.toLowerCase() ?? ''];
  return size && Number(count) > 0 ? Number(count) * size : null;
}

/** The one that is named, or the only one where no name is given. */
function chosen(among: readonly Named[], words: string): Named | undefined {
  if (words === '') return among.length === 1 ? among[0] : undefined;
  const wanted = words.toLowerCase();
  return among.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
}

function which(kind: string, command: string, among: readonly Named[]): string {
  if (among.length === 0) return `No ${kind} is set up.`;
  return `Which ${kind}? Write one of:\n${among.map(({ name }) => `/${command} ${name}`).join('\n')}`;
}
