/** What Latchkey says to Telegram and hears from it, in its own words. */

export interface Button {
  text: string;
  data: string;
}

export interface Outgoing {
  /** As Telegram calls the chat now. */
  chatId: number;
  text: string;
  /** A JPEG. */
  picture: Uint8Array | null;
  /** Arrives without a sound. */
  silent: boolean;
  /** Rows of buttons. */
  buttons: Button[][];
  /** Asks for a reply, with these words in the empty field. */
  replyHint?: string;
}

export interface Edit {
  chatId: number;
  messageId: number;
  /** Whether the message is a picture, whose text is a caption. */
  picture: boolean;
  /** Left out: only the buttons change. */
  text?: string;
  buttons: Button[][];
}

/** Somebody tapped a button. */
export interface Tapped {
  kind: 'tap';
  updateId: number;
  callbackId: string;
  userId: number;
  userName: string;
  data: string | undefined;
  /** Null where Telegram no longer knows the message. */
  message: { chatId: number; messageId: number; picture: boolean; text: string; buttons: Button[][] } | null;
}

/** Somebody wrote something. */
export interface Written {
  kind: 'words';
  updateId: number;
  chatId: number;
  private: boolean;
  userId: number;
  userName: string;
  text: string;
  messageId: number;
  /** The message this is a reply to. */
  replyTo: number | null;
  /** By Telegram's clock, milliseconds since the epoch, whole seconds. */
  at: number;
}

export type Incoming =
  | Tapped
  | Written
  | { kind: 'migrated'; updateId: number; from: number; to: number }
  | { kind: 'other'; updateId: number };

/**
 * `token`: the bot's token is wrong or was revoked; `conflict`: another program reads this bot's messages; `blocked`: the
 * chat doesn't want us; `flood`: too much, too fast; `migrated`: the group has a new id; `refused`: this message is not
 * acceptable; `unreachable`: anything that may pass.
 */
export type FaultKind = 'token' | 'conflict' | 'blocked' | 'flood' | 'migrated' | 'refused' | 'unreachable';

/** What went wrong with a call, as one sentence that never holds the token. */
export class TelegramFault extends Error {
  override readonly name = 'TelegramFault';
  readonly kind: FaultKind;
  /** How long Telegram wants to be left alone. */
  readonly retryAfterMs: number | null;
  readonly migratedTo: number | null;

  constructor(kind: FaultKind, message: string, retryAfterMs: number | null = null, migratedTo: number | null = null) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.migratedTo = migratedTo;
  }
}

/** Every call is one attempt, ends in time, and rejects with a `TelegramFault`. */
export interface Bot {
  /** The bot's user name, without `@`. */
  me(signal: AbortSignal): Promise<string>;
  /** Waits up to half a minute for what comes after `offset`. */
  updates(offset: number | undefined, signal: AbortSignal): Promise<Incoming[]>;
  /** Resolves to the message's id. */
  send(outgoing: Outgoing, signal: AbortSignal): Promise<number>;
  edit(edit: Edit, signal: AbortSignal): Promise<void>;
  /** Answers a tap: a short notice, or a window to be closed where `alert`. */
  answer(callbackId: string, text: string, alert: boolean, signal: AbortSignal): Promise<void>;
  /** What the menu beside the text field offers. */
  menu(commands: readonly { command: string; description: string }[], signal: AbortSignal): Promise<void>;
}
