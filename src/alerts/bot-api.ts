/** Telegram's Bot API through node-telegram-bot-api. */
import {
  Api,
  type CallbackQuery,
  InputFile,
  type Message,
  TelegramApiError,
  TimeoutError,
  type Update,
} from 'node-telegram-bot-api';
import type { Clock } from '../clock.ts';
import { type Bot, type Button, type Edit, type Incoming, type Outgoing, TelegramFault } from './bot.ts';
import { asCaption, asText, asToast } from './wording.ts';

const pollSeconds = 30;
/** A picture of 100 kB over a slow uplink. */
const timeLimit = 30_000;

export class BotApi implements Bot {
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #token: string;

  /** `apiRoot` is where the Bot API is served, without a slash at its end. */
  constructor(token: string, apiRoot: string, clock: Clock) {
    // Retries are ours: they know the queue, the clock and when to stop. Time limits too; 0 switches the library's off,
    // except for `getUpdates`, which it ends 10 s after Telegram should have answered.
    this.#api = new Api(token, { apiRoot, maxRetries: 0, timeoutMs: 0 });
    this.#clock = clock;
    this.#token = token;
  }

  async me(signal: AbortSignal): Promise<string> {
    const { username } = await this.#call(signal, (until) => this.#api.getMe(until));
    return username ?? '';
  }

  async updates(offset: number | undefined, signal: AbortSignal): Promise<Incoming[]> {
    const params = {
      ...(offset === undefined ? {} : { offset }),
      timeout: pollSeconds,
      allowed_updates: ['message', 'callback_query'],
    };
    try {
      return (await this.#api.getUpdates(params, signal)).map(readUpdate);
    } catch (error) {
      throw this.#fault(error, false);
    }
  }

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<number> {
    const { chatId, text, picture, silent } = outgoing;
    const common = { chat_id: chatId, disable_notification: silent, ...replyMarkup(outgoing) };
    const message = await this.#call(signal, (until) => {
      if (!picture) {
        // No markup is ever parsed; a name that looks like a link shall not fetch a preview either.
        const link_preview_options = { is_disabled: true };
        return this.#api.sendMessage({ ...common, text: asText(text), link_preview_options }, until);
      }
      const photo = new InputFile(picture, { filename: 'door.jpg', contentType: 'image/jpeg' });
      return this.#api.sendPhoto({ ...common, photo, caption: asCaption(text) }, until);
    });
    return message.message_id;
  }

  async edit({ chatId, messageId, picture, text, buttons }: Edit, signal: AbortSignal): Promise<void> {
    const where = { chat_id: chatId, message_id: messageId, reply_markup: keyboard(buttons) };
    try {
      await this.#call<unknown>(signal, (until) => {
        if (text === undefined) return this.#api.editMessageReplyMarkup(where, until);
        if (picture) return this.#api.editMessageCaption({ ...where, caption: asCaption(text) }, until);
        return this.#api.editMessageText({ ...where, text: asText(text) }, until);
      });
    } catch (error) {
      if (error instanceof TelegramFault && error.message.includes('message is not modified')) return;
      throw error;
    }
  }

  async answer(callbackId: string, text: string, alert: boolean, signal: AbortSignal): Promise<void> {
    const params = { callback_query_id: callbackId, text: asToast(text), show_alert: alert };
    await this.#call(signal, (until) => this.#api.answerCallbackQuery(params, until));
  }

  async menu(commands: readonly { command: string; description: string }[], signal: AbortSignal): Promise<void> {
    await this.#call(signal, (until) => this.#api.setMyCommands({ commands: [...commands] }, until));
  }

  async #call<Result>(signal: AbortSignal, call: (until: AbortSignal) => Promise<Result>): Promise<Result> {
    const late = new AbortController();
    const cancel = this.#clock.after(timeLimit, () => late.abort());
    try {
      return await call(AbortSignal.any([signal, late.signal]));
    } catch (error) {
      throw this.#fault(error, late.signal.aborted);
    } finally {
      cancel();
    }
  }

  #fault(error: unknown, late: boolean): TelegramFault {
    if (error instanceof TelegramApiError) return this.#refusal(error);
    if (late || error instanceof TimeoutError)
      return new TelegramFault('unreachable', 'Telegram did not answer in time.');
    const code = errorCode(error);
    return new TelegramFault('unreachable', `Telegram could not be reached${code ? ` (${code})` : ''}.`);
  }

  #refusal(error: TelegramApiError): TelegramFault {
    const { errorCode, migrateToChatId, retryAfter } = error;
    const description = (error.description ?? '').replaceAll(this.#token, '(token)').slice(0, 300);
    const sentence = `Telegram answered ${errorCode}: ${description}`;
    if (migrateToChatId !== undefined) return new TelegramFault('migrated', sentence, null, migrateToChatId);
    switch (errorCode) {
      // A token that is no token at all is an address that isn't there.
      case 401:
      case 404:
        return new TelegramFault('token', sentence);
      case 403:
        return new TelegramFault('blocked', sentence);
      case 409:
        return new TelegramFault('conflict', sentence);
      case 429:
        return new TelegramFault('flood', sentence, (retryAfter ?? 1) * 1000);
      default:
        return new TelegramFault(errorCode >= 400 && errorCode < 500 ? 'refused' : 'unreachable', sentence);
    }
  }
}

/** The innermost error's code, such as `ECONNREFUSED`; messages are left alone, for they may quote the address. */
function errorCode(error: unknown): string | null {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth++) {
    if ('code' in inner && typeof inner.code === 'string' && /^(E[A-Z_]+|UND_ERR_[A-Z_]+)$/.test(inner.code)) {
      if (inner.code !== 'EFETCH') return inner.code;
    }
  }
  return null;
}

function keyboard(buttons: readonly (readonly Button[])[]) {
  return { inline_keyboard: buttons.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))) };
}

function replyMarkup({ buttons, replyHint }: Outgoing) {
  if (replyHint !== undefined) {
    return { reply_markup: { force_reply: true as const, input_field_placeholder: replyHint } };
  }
  return buttons.length > 0 ? { reply_markup: keyboard(buttons) } : {};
}

/** An update that isn't shaped as expected is passed over: it would come again and again otherwise. */
function readUpdate(update: Update): Incoming {
  try {
    return incoming(update);
  } catch {
    return { kind: 'other', updateId: update.update_id };
  }
}

function incoming(update: Update): Incoming {
  const updateId = update.update_id;
  if ('callback_query' in update) return tapped(updateId, update.callback_query);
  const message = 'message' in update ? update.message : null;
  if (!message) return { kind: 'other', updateId };
  if (message.migrate_to_chat_id !== undefined) {
    return { kind: 'migrated', updateId, from: message.chat.id, to: message.migrate_to_chat_id };
  }
  if (!message.from || message.text === undefined) return { kind: 'other', updateId };
  return {
    kind: 'words',
    updateId,
    chatId: message.chat.id,
    private: message.chat.type === 'private',
    userId: message.from.id,
    userName: message.from.first_name,
    text: message.text,
    messageId: message.message_id,
    replyTo: message.reply_to_message?.message_id ?? null,
    at: message.date * 1000,
  };
}

function tapped(updateId: number, query: CallbackQuery): Incoming {
  return {
    kind: 'tap',
    updateId,
    callbackId: query.id,
    userId: query.from.id,
    userName: query.from.first_name,
    data: query.data,
    message: query.message ? tappedMessage(query.message) : null,
  };
}

/** Of a message that is too old Telegram sends only the chat and the number. */
function tappedMessage(message: NonNullable<CallbackQuery['message']>) {
  const full: Partial<Message> = message;
  const rows = full.reply_markup?.inline_keyboard ?? [];
  return {
    chatId: message.chat.id,
    messageId: message.message_id,
    picture: full.photo !== undefined,
    text: full.caption ?? full.text ?? '',
    buttons: rows.map((row) => row.flatMap((key) => ('callback_data' in key ? pressed(key) : []))),
  };
}

function pressed({ text, callback_data }: { text: string; callback_data?: string }): Button[] {
  return callback_data === undefined ? [] : [{ text, data: callback_data }];
}
