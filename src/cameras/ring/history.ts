/** What Ring remembers of a camera: its presses and motion, newest first, page by page. */
import { z } from 'zod';
import type { RingAccount } from './account.ts';

export interface PastEvent {
  kind: 'ding' | 'motion';
  /** Names its recording too. */
  recordingId: string;
  /** When it happened, milliseconds since the epoch. */
  at: number;
}

const id = z.union([z.string().min(1), z.number()]).transform(String);
const page = z.object({
  events: z.array(z.unknown()),
  meta: z
    .object({ pagination_key: id.nullish().catch(null) })
    .nullish()
    .catch(null),
});
const entry = z.object({
  kind: z.enum(['ding', 'motion']),
  ding_id_str: id,
  created_at: z.string().transform(Date.parse).pipe(z.number()),
});

const pageSize = 50;

/** Those since then. Rejects with a sentence where Ring refuses. */
export async function* pastEvents(
  account: RingAccount,
  { device, name, since }: { device: string; name: string; since: number },
  signal: AbortSignal,
): AsyncGenerator<PastEvent> {
  const asked = new Set<string>();
  let key: string | undefined;
  do {
    if (key !== undefined) asked.add(key);
    const options = { limit: pageSize, ...(key === undefined ? {} : { pagination_key: key }) };
    const answer: unknown = await account.ask(device, `the history of ${name}`, (camera) => camera.getEvents(options), {
      signal,
    });
    const { events, meta } = readPage(answer, name);
    for (const event of events) {
      const { data } = entry.safeParse(event);
      if (!data) continue;
      if (data.created_at < since) return;
      yield { kind: data.kind, recordingId: data.ding_id_str, at: data.created_at };
    }
    key = events.length > 0 ? (meta?.pagination_key ?? undefined) : undefined;
    // The same page again would be asked for without end.
  } while (key !== undefined && !asked.has(key));
}

function readPage(answer: unknown, name: string): z.infer<typeof page> {
  const { data } = page.safeParse(answer);
  if (!data) throw new Error(`Ring's history of ${name} cannot be read: it is of no form that Latchkey knows.`);
  return data;
}
