/** What the bot has said in the chats of the fake Telegram, and where it may say anything. */
import { buttonsOf, chatOf, type FakeButton, type Refusal, textRefusal } from './telegram-wire.ts';

/** A message of the bot's as it stands in the chat, edits included. */
export interface FakeMessage {
  id: number;
  chatId: number;
  /** The text, or the caption of a picture. */
  text: string;
  photo: Uint8Array | null;
  silent: boolean;
  buttons: FakeButton[][];
  forceReply: boolean;
}

export class FakeChats {
  readonly #now: () => number;
  readonly messages: FakeMessage[] = [];
  /** Chats the bot may write to; any other is not found. */
  readonly chats = new Set<number>();
  readonly blocked = new Set<number>();
  readonly migrated = new Map<number, number>();
  readonly #taps = new Set<string>();
  #nextMessage = 1;

  /** `now` stamps messages, in milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The bot's last message in a chat. */
  last(chatId: number): FakeMessage {
    const message = this.messages.filter((message) => message.chatId === chatId).at(-1);
    if (!message) throw new Error(`The bot has said nothing in ${chatId}.`);
    return message;
  }

  /** A message somebody writes, as it goes over the wire. */
  written(chatId: number, text: string, from: object, replyTo?: FakeMessage) {
    return {
      message_id: this.#nextMessage++,
      date: Math.floor(this.#now() / 1000),
      chat: chatOf(chatId),
      from: { ...from, is_bot: false },
      text,
      ...(replyTo ? { reply_to_message: this.wire(replyTo, chatId) } : {}),
    };
  }

  /** A tap that is to be answered once. */
  expectAnswer(tapId: string): void {
    this.#taps.add(tapId);
  }

  /** A message of the bot's, as it goes over the wire. */
  wire({ id, text, photo, buttons }: FakeMessage, chatId: number) {
    return {
      message_id: id,
      date: Math.floor(this.#now() / 1000),
      chat: chatOf(chatId),
      ...(photo ? { photo: [], caption: text } : { text }),
      reply_markup: {
        inline_keyboard: buttons.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))),
      },
    };
  }

  /** The result of a call, or why it has none. */
  answer(method: string, params: Record<string, string>, photo: Uint8Array | null): unknown {
    if (method === 'getMe') return { id: 123456789, is_bot: true, first_name: 'Door', username: 'door_bot' };
    if (method === 'setMyCommands') return true;
    if (method === 'answerCallbackQuery') {
      if ((params.text ?? '').length > 200) return { code: 400, description: 'Bad Request: MESSAGE_TOO_LONG' };
      return (
        this.#taps.delete(params.callback_query_id ?? '') || {
          code: 400,
          description: 'Bad Request: query is too old',
        }
      );
    }
    const chatId = Number(params.chat_id);
    const refusal = this.#chatRefusal(chatId) ?? textRefusal(params);
    if (refusal) return refusal;
    if (method === 'sendMessage' || method === 'sendPhoto') return this.#send(method, chatId, params, photo);
    return this.#edit(method, chatId, params);
  }

  #chatRefusal(chatId: number): Refusal | null {
    const to = this.migrated.get(chatId);
    if (to !== undefined) {
      const description = 'Bad Request: group chat was upgraded to a supergroup chat';
      return { code: 400, description, parameters: { migrate_to_chat_id: to } };
    }
    if (this.blocked.has(chatId)) return { code: 403, description: 'Forbidden: bot was blocked by the user' };
    return this.chats.has(chatId) ? null : { code: 400, description: 'Bad Request: chat not found' };
  }

  #send(method: string, chatId: number, params: Record<string, string>, photo: Uint8Array | null): unknown {
    if (method === 'sendPhoto' && !(photo?.[0] === 0xff && photo[1] === 0xd8)) {
      return { code: 400, description: 'Bad Request: IMAGE_PROCESS_FAILED' };
    }
    const text = params.caption ?? params.text ?? '';
    if (method === 'sendMessage' && text === '')
      return { code: 400, description: 'Bad Request: message text is empty' };
    const message: FakeMessage = {
      id: this.#nextMessage++,
      chatId,
      text,
      photo,
      silent: params.disable_notification === 'true',
      buttons: buttonsOf(params),
      forceReply: params.reply_markup?.includes('"force_reply":true') ?? false,
    };
    this.messages.push(message);
    return this.wire(message, chatId);
  }

  #edit(method: string, chatId: number, params: Record<string, string>): unknown {
    const message = this.messages.find(({ id }) => id === Number(params.message_id));
    if (!message) return { code: 400, description: 'Bad Request: message to edit not found' };
    const text = params.caption ?? params.text ?? message.text;
    const buttons = buttonsOf(params);
    if (text === message.text && JSON.stringify(buttons) === JSON.stringify(message.buttons)) {
      return { code: 400, description: 'Bad Request: message is not modified' };
    }
    if ((method === 'editMessageCaption') !== (message.photo !== null) && method !== 'editMessageReplyMarkup') {
      return { code: 400, description: 'Bad Request: there is no such text in the message to edit' };
    }
    Object.assign(message, { text, buttons });
    return this.wire(message, chatId);
  }
}
