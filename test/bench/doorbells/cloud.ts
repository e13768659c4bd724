/** The fake Ring cloud in its process, as the bench orders it about. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Order, Report } from './cloud-process.ts';

export class Cloud {
  readonly #process = fork(join(import.meta.dirname, 'cloud-process.ts'));

  async start(cameras: { id: number; name: string }[], clip: string): Promise<Report> {
    return (await this.order({ do: 'start', cameras, clip })) as Report;
  }

  async order(order: Order): Promise<unknown> {
    const answered = once(this.#process, 'message');
    this.#process.send(order);
    return (await answered)[0];
  }

  async stop(): Promise<void> {
    const gone = once(this.#process, 'exit');
    await this.order({ do: 'stop' });
    await gone;
  }
}
