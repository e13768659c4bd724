/** Telegram's Bot API over a real socket, with the people who tap and write, and with its faults. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeChats, type FakeMessage } from './telegram-chats.ts';
import { isRefusal, type Refusal, read } from './telegram-wire.ts';

export const fakeToken = '123456789:AAfakefakefakefakefakefakefakefake_-A';

export interface FakeUser {
  id: number;
  first_name: string;
}

export interface FakeCall {
  method: string;
  params: Record<string, string>;
  photo: Uint8Array | null;
  /** HTTP status, or what happened to the connection. */
  outcome: number | 'hung' | 'dropped';
}

/** What happens to the next call of a method instead of an answer. */
export type FakeFault =
  | { code: number; description?: string; parameters?: Record<string, number> }
  | 'hang'
  | 'drop'
  /** The answer to a call that was carried out is lost. */
  | 'lose-answer';

type Update = { update_id: number } & Record<string, unknown>;

export class FakeTelegram extends FakeChats {
  readonly #server: Server;
  readonly calls: FakeCall[] = [];
  readonly #faults: { method: string; fault: FakeFault }[] = [];
  readonly #watchers = new Set<(call: FakeCall) => void>();
  #pending: Update[] = [];
  #poll: (() => void) | null = null;
  #nextUpdate = 1000;

  /** `now` stamps messages, in milliseconds since the epoch. */
  constructor(now: () => number = Date.now) {
    super(now);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => request.socket.destroy());
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The next `times` calls of `method` go wrong. */
  fail(method: string, fault: FakeFault, times = 1): void {
    for (let i = 0; i < times; i++) this.#faults.push({ method, fault });
  }

  /** Nothing goes wrong any more. */
  heal(): void {
    this.#faults.length = 0;
  }

  /** Breaks every connection. */
  hangUp(): void {
    this.#server.closeAllConnections();
  }

  /** Further updates are numbered from here, as Telegram may do after a week without any. */
  renumber(next: number): void {
    this.#nextUpdate = next;
    this.#pending = [];
  }

  /** Resolves with the next call that fits, once it has been dealt with. */
  next(method: string | RegExp, fits: (call: FakeCall) => boolean = () => true): Promise<FakeCall> {
    return new Promise((resolve) => {
      const watch = (call: FakeCall) => {
        const named = typeof method === 'string' ? call.method === method : method.test(call.method);
        if (!named || !fits(call)) return;
        this.#watchers.delete(watch);
        resolve(call);
      };
      this.#watchers.add(watch);
    });
  }

  /** Resolves once the bot has said something new in the chat. */
  async nextMessage(chatId: number): Promise<FakeMessage> {
    const known = this.messages.length;
    for (;;) {
      await this.next(/^send/, ({ outcome }) => outcome === 200 || outcome === 'dropped');
      const said = this.messages.slice(known).find((message) => message.chatId === chatId);
      if (said) return said;
    }
  }

  /** Taps a button; resolves with what the person is shown. `button` is its text, or any data a modified app may send. */
  async tap(message: FakeMessage, button: string | { data: string }, from: FakeUser, chatId = message.chatId) {
    const data =
      typeof button === 'string' ? message.buttons.flat().find(({ text }) => text === button)?.data : button.data;
    if (data === undefined) throw new Error(`The message has no button ${String(button)}: ${message.text}`);
    const id = `tap-${this.#nextUpdate}`;
    const query = {
      id,
      from: { ...from, is_bot: false },
      message: this.wire(message, chatId),
      chat_instance: '1',
      data,
    };
    return this.#tapped(this.push({ callback_query: query }), id);
  }

  /** The same update once more, as Telegram does until it is confirmed; resolves with what the person is shown. */
  async tapAgain(updateId: number) {
    const update = this.#history.get(updateId);
    if (!update) throw new Error(`There was no update ${updateId}.`);
    const { id } = update.callback_query as { id: string };
    const answered = this.#tapped(updateId, id);
    this.#deliver(update);
    return answered;
  }

  /** The same update once more, expecting nothing. */
  redeliver(updateId: number): void {
    const update = this.#history.get(updateId);
    if (update) this.#deliver(update);
  }

  async #tapped(updateId: number, id: string) {
    this.expectAnswer(id);
    const { params } = await this.next('answerCallbackQuery', (call) => call.params.callback_query_id === id);
    return { updateId, text: params.text ?? '', alert: params.show_alert === 'true' };
  }

  /** Writes in a chat; resolves with the bot's next message there. */
  async say(chatId: number, text: string, from: FakeUser, replyTo?: FakeMessage): Promise<FakeMessage> {
    const answer = this.nextMessage(chatId);
    this.write(chatId, text, from, replyTo);
    return answer;
  }

  /** Writes in a chat, expecting nothing. */
  write(chatId: number, text: string, from: FakeUser, replyTo?: FakeMessage): number {
    return this.push({ message: this.written(chatId, text, from, replyTo) });
  }

  readonly #history = new Map<number, Update>();

  /** Any update at all; resolves to its id. */
  push(content: Record<string, unknown>): number {
    const update = { update_id: this.#nextUpdate++, ...content };
    this.#history.set(update.update_id, update);
    this.#deliver(update);
    return update.update_id;
  }

  #deliver(update: Update): void {
    this.#pending = [...this.#pending, update].sort((a, b) => a.update_id - b.update_id);
    this.#poll?.();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const { params, photo } = await read(request);
    const call: FakeCall = { method, params, photo, outcome: 200 };
    this.calls.push(call);
    const done = (outcome: FakeCall['outcome']) => {
      call.outcome = outcome;
      for (const watch of [...this.#watchers]) watch(call);
    };
    const reply = (code: number, body: unknown) => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body), () => done(code));
    };
    const refuse = ({ code, description, parameters }: Refusal) =>
      reply(code, { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) });
    if (token !== fakeToken) return refuse({ code: 401, description: 'Unauthorized' });
    const fault = this.#fault(method);
    if (fault === 'hang') return done('hung');
    if (fault === 'drop') {
      request.socket.destroy();
      return done('dropped');
    }
    if (fault && fault !== 'lose-answer') return refuse({ description: 'A fault.', ...fault });
    if (method === 'getUpdates') return this.#getUpdates(params, response, reply, refuse);
    const result = this.answer(method, params, photo);
    if (fault === 'lose-answer') {
      request.socket.destroy();
      return done('dropped');
    }
    if (isRefusal(result)) return refuse(result);
    reply(200, { ok: true, result });
  }

  #fault(method: string): FakeFault | null {
    const index = this.#faults.findIndex((fault) => fault.method === method);
    return index < 0 ? null : (this.#faults.splice(index, 1)[0]?.fault ?? null);
  }

  /** Hands over what is not confirmed, from `offset`, which confirms what lies before it; waits where there is nothing. */
  #getUpdates(
    params: Record<string, string>,
    response: ServerResponse,
    reply: (code: number, body: unknown) => void,
    refuse: (refusal: Refusal) => void,
  ): void {
    const offset = params.offset;
    if (offset !== undefined) this.#pending = this.#pending.filter((update) => update.update_id >= Number(offset));
    // Of two who ask, the earlier one is sent away.
    const other = this.#terminate;
    this.#terminate = null;
    other?.();
    const hand = () => {
      if (this.#pending.length === 0) return;
      this.#poll = null;
      this.#terminate = null;
      reply(200, { ok: true, result: this.#pending });
    };
    this.#poll = hand;
    this.#terminate = () => refuse({ code: 409, description: 'Conflict: terminated by other getUpdates request' });
    const own = this.#terminate;
    response.on('close', () => {
      if (this.#poll === hand) this.#poll = null;
      if (this.#terminate === own) this.#terminate = null;
    });
    hand();
  }

  #terminate: (() => void) | null = null;
}
