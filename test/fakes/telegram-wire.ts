/** What goes over the wire between a bot and the fake Telegram: requests read, and the limits they are held to. */
import type { IncomingMessage } from 'node:http';

export interface FakeButton {
  text: string;
  data: string;
}

export type Refusal = { code: number; description: string; parameters?: Record<string, number> };

export function chatOf(id: number) {
  return { id, type: id > 0 ? 'private' : 'supergroup' };
}

export function isRefusal(result: unknown): result is Refusal {
  return typeof result === 'object' && result !== null && 'code' in result && 'description' in result;
}

export function textRefusal(params: Record<string, string>): Refusal | null {
  if (params.parse_mode !== undefined) return { code: 400, description: 'Bad Request: markup is never used here' };
  if ((params.caption ?? '').length > 1024)
    return { code: 400, description: 'Bad Request: message caption is too long' };
  if ((params.text ?? '').length > 4096) return { code: 400, description: 'Bad Request: message is too long' };
  const long = buttonsOf(params)
    .flat()
    .some(({ data }) => Buffer.byteLength(data) > 64);
  return long ? { code: 400, description: 'Bad Request: BUTTON_DATA_INVALID' } : null;
}

export function buttonsOf(params: Record<string, string>): FakeButton[][] {
  const markup = JSON.parse(params.reply_markup ?? '{}') as {
    inline_keyboard?: { text: string; callback_data: string }[][];
  };
  return (markup.inline_keyboard ?? []).map((row) =>
    row.map(({ text, callback_data }) => ({ text, data: callback_data })),
  );
}

export async function read(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const type = request.headers['content-type'] ?? 'application/x-www-form-urlencoded';
  const form = await new Response(Buffer.concat(chunks), { headers: { 'content-type': type } }).formData();
  const params: Record<string, string> = {};
  let photo: Uint8Array | null = null;
  for (const [name, value] of form) {
    if (typeof value === 'string') params[name] = value;
    else photo = new Uint8Array(await value.arrayBuffer());
  }
  return { params, photo };
}
