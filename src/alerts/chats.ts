/** The chats of the settings: who may do what in them, for how long they are muted, and what Telegram calls them now. */
import { type Log, reason } from '../log.ts';
import type { ChatRules } from '../policy/alert.ts';
import { remembered, type State } from './state.ts';

export interface ChatSettings extends Omit<ChatRules, 'mutedUntil'> {
  /** As in the settings: a user's own id for a private chat, a negative number for a group. */
  id: number;
  /** As the owner calls it. */
  name: string;
  /** Who may tap and command here. In a private chat it may be left empty: nobody else is in it. */
  userIds: readonly number[];
}

const mutedKey = 'telegram.muted';
const movedKey = 'telegram.moved';

export class Chats {
  readonly all: readonly ChatSettings[];
  readonly #state: State;
  readonly #log: Log;
  readonly #muted = new Map<number, number>();
  /** From the id in the settings to the one of the supergroup the chat became. */
  readonly #moved = new Map<number, number>();

  constructor(all: readonly ChatSettings[], state: State, log: Log) {
    this.all = all;
    this.#state = state;
    this.#log = log;
  }

  async start(): Promise<void> {
    for (const [chat, until] of numbers(await remembered(this.#state, mutedKey))) this.#muted.set(chat, until);
    for (const [from, to] of numbers(await remembered(this.#state, movedKey))) this.#moved.set(from, to);
  }

  /** What Telegram calls the chat now. */
  address(chat: ChatSettings): number {
    return this.#moved.get(chat.id) ?? chat.id;
  }

  /** The chat of the settings that Telegram calls so; undefined for any other. */
  known(address: number): ChatSettings | undefined {
    return this.all.find((chat) => this.address(chat) === address || chat.id === address);
  }

  isMember(chat: ChatSettings, userId: number): boolean {
    return chat.userIds.includes(userId) || (chat.id === userId && chat.userIds.length === 0);
  }

  /** Members of an owner's chat may lock, unlock, arm and enrol. */
  isOwner(chat: ChatSettings | undefined, userId: number): boolean {
    return chat?.role === 'owner' && this.isMember(chat, userId);
  }

  rules(chat: ChatSettings): ChatRules {
    return { ...chat, mutedUntil: this.mutedUntil(chat) };
  }

  mutedUntil(chat: ChatSettings): number {
    return this.#muted.get(chat.id) ?? 0;
  }

  /** It holds from now on even where it cannot be stored. */
  async mute(chat: ChatSettings, until: number): Promise<void> {
    this.#muted.set(chat.id, until);
    await this.#store(mutedKey, this.#muted);
  }

  /** A group became a supergroup, which has another id. */
  async moved(from: number, to: number): Promise<void> {
    const chat = this.known(from);
    if (!chat || this.address(chat) === to) return;
    this.#moved.set(chat.id, to);
    this.#log.warn(
      `The Telegram group ${chat.name} became a supergroup: put ${to} in place of ${chat.id} as its chat id in the settings.`,
    );
    await this.#store(movedKey, this.#moved);
  }

  async #store(key: string, map: ReadonlyMap<number, number>): Promise<void> {
    try {
      await this.#state.setState(key, Object.fromEntries(map));
    } catch (error) {
      this.#log.warn(`A setting of a Telegram chat would be lost by a restart: ${reason(error)}`);
    }
  }
}

function numbers(stored: unknown): [number, number][] {
  return Object.entries(stored ?? {}).flatMap(([key, value]) =>
    typeof value === 'number' && Number.isSafeInteger(Number(key)) ? [[Number(key), value]] : [],
  );
}
