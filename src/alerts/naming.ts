/** "Who is this?": the question that was asked, and the name in the reply. */
import type { Clock } from '../clock.ts';
import { reason } from '../log.ts';
import type { Tapped, Written } from './bot.ts';
import type { ChatSettings } from './chats.ts';
import type { House } from './house.ts';
import type { Speaker } from './speaker.ts';
import { plainName } from './wording.ts';

interface Question {
  eventId: number;
  chatId: number;
  askedAt: number;
}

const answeredWithin = 10 * 60_000;
const mostQuestions = 50;

export class Naming {
  readonly #house: House;
  readonly #speaker: Speaker;
  readonly #clock: Clock;
  /** By the id of the message that asks. A restart forgets them: the button has to be tapped again. */
  readonly #questions = new Map<number, Question>();

  constructor(house: House, speaker: Speaker, clock: Clock) {
    this.#house = house;
    this.#speaker = speaker;
    this.#clock = clock;
  }

  async ask(chat: ChatSettings, eventId: number, { userName }: Pick<Tapped, 'userName'>): Promise<void> {
    const text = `Who is this, ${plainName(userName)}? Reply to this message with the name, and I will know the face next time.`;
    const asked = await this.#speaker.say(chat, { text, replyHint: 'Name' });
    if (asked === null) return;
    this.#questions.set(asked, { eventId, chatId: chat.id, askedAt: this.#clock.now() });
    for (const oldest of this.#questions.keys()) {
      if (this.#questions.size <= mostQuestions) return;
      this.#questions.delete(oldest);
    }
  }

  /** True where the words were a reply to a question, and have been dealt with. The writer may enrol. */
  async heard(chat: ChatSettings, written: Written): Promise<boolean> {
    const question = written.replyTo === null ? undefined : this.#questions.get(written.replyTo);
    if (!question || question.chatId !== chat.id || written.replyTo === null) return false;
    const age = this.#clock.now() - question.askedAt;
    if (!(age >= 0) || age > answeredWithin) {
      this.#questions.delete(written.replyTo);
      await this.#speaker.say(chat, { text: 'That was too long ago, so nobody was enrolled: tap the button again.' });
      return true;
    }
    const name = acceptableName(written.text);
    if (!name) {
      const text = 'A name has 2 to 64 characters and begins and ends with a letter or digit: reply once more.';
      await this.#speaker.say(chat, { text });
      return true;
    }
    this.#questions.delete(written.replyTo);
    await this.#speaker.say(chat, { text: await this.#enrol(question.eventId, name, written) });
    return true;
  }

  async #enrol(eventId: number, name: string, { userId, userName }: Written): Promise<string> {
    try {
      return await this.#house.enrol(eventId, name, { userId, name: plainName(userName) });
    } catch (error) {
      return `${name} was not enrolled: ${reason(error)}`;
    }
  }
}

/** As the Home app takes a name, for a person's sensor bears it; null for anything else. */
export function acceptableName(text: string): string | null {
  const name = text.normalize('NFC').trim();
  if (name.length < 2 || name.length > 64) return null;
  return /^[\p{L}\p{N}](?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*[\p{L}\p{N}\p{M}])$/u.test(name) ? name : null;
}
