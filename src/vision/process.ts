/** The vision process: forked by the client, it looks at pictures one at a time until it is told to stop or its parent is gone. */
import { reason } from '../log.ts';
import { letHomebridgeGoFirst } from '../priority.ts';
import { thumbnail } from './image.ts';
import type { Answer, Request, Response, StartRequest, WorkRequest } from './messages.ts';
import { Vision } from './vision.ts';

let vision: Promise<Vision> | undefined;
let work: Promise<void> = Promise.resolve();

async function serve(request: Request): Promise<void> {
  if (request.kind === 'start') return start(request);
  if (request.kind === 'shutdown') process.exit(0);
  return tell(await answer(request));
}

async function start({ threads, models }: StartRequest): Promise<void> {
  try {
    vision = Vision.load({
      ...(threads === undefined ? {} : { threads }),
      ...(models === undefined ? {} : { folder: new URL(models) }),
    });
    await vision;
    await tell({ kind: 'ready' });
  } catch (error) {
    await giveUp(reason(error));
  }
}

async function answer(request: WorkRequest): Promise<Answer> {
  const { id, picture } = request;
  try {
    if (request.kind === 'thumbnail') return { kind: 'thumbnail', id, jpeg: await thumbnail(picture, request.width) };
    if (!vision) throw new Error('The vision process was asked before it was started.');
    return { kind: 'analysis', id, analysis: await (await vision).analyze(picture, request.options) };
  } catch (error) {
    return { kind: 'failed', id, message: reason(error) };
  }
}

function tell(response: Response): Promise<void> {
  return new Promise((resolve) => {
    // Where the parent is gone there is nobody to tell, and `disconnect` ends this process.
    if (process.connected) process.send?.(response, undefined, {}, () => resolve());
    else resolve();
  });
}

async function giveUp(message: string): Promise<void> {
  await tell({ kind: 'unable', message });
  process.exit(1);
}

/** Ending in the middle of a run aborts the whole process: what ends it waits for its turn like any other work. */
function queue(task: () => Promise<void>): void {
  work = work.then(task);
}

if (!process.send) {
  process.stderr.write('The vision process is started by Latchkey itself, not by hand.\n');
  process.exit(1);
}

letHomebridgeGoFirst();

// Homebridge's signals reach its whole process group; this process waits for its parent's word instead.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('message', (request: Request) => queue(() => serve(request)));
process.on('disconnect', () => queue(async () => process.exit(0)));
process.on('uncaughtException', (error) => void giveUp(reason(error)));
