/** The worker thread that draws: one request after another, each answered with a JPEG or a sentence. */
import { parentPort } from 'node:worker_threads';
import { reason } from '../log.ts';
import { drawBoxes, drawHeatmap } from './draw.ts';
import type { Answer, Job, Request } from './picture.ts';

let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: Request) => {
  last = last.then(() => answer(request));
});

async function answer({ id, job }: Request): Promise<void> {
  let reply: Answer;
  try {
    reply = { id, jpeg: await draw(job) };
  } catch (error) {
    reply = { id, error: `The picture could not be drawn: ${reason(error)}` };
  }
  parentPort?.postMessage(reply);
}

function draw(job: Job): Promise<Uint8Array> {
  return job.kind === 'boxed' ? drawBoxes(job.picture) : drawHeatmap(job.hours);
}
