/**
 * The process of one live call: WebRTC decrypts and counts every packet in JavaScript, which is too much for Homebridge's
 * event loop. The signalling stays with the plugin; this process ends when its parent lets go of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { reason } from '../../../log.ts';
import { letHomebridgeGoFirst } from '../../../priority.ts';
import type { PeerOrder, ProgramOrder } from './messages.ts';
import { tell } from './news.ts';

if (!process.send) {
  process.stderr.write('The process of a live call is started by Latchkey itself, not by hand.\n');
  process.exit(1);
}

letHomebridgeGoFirst();

let program: ChildProcess | undefined;

/** Its output goes to the plugin as it is, through the pipe that this process was given. */
function start({ command, args, stdin }: ProgramOrder & { do: 'start' }): void {
  const started = spawn(command, args, { stdio: ['pipe', 'inherit', 'pipe'] });
  let failure: string | null = null;
  program = started;
  started.stdin.on('error', () => undefined);
  started.stdin.end(stdin);
  started.stderr.setEncoding('utf8').on('data', (text: string) => tell({ is: 'said', text }));
  started.on('error', (error) => {
    failure = error.message;
  });
  started.on('close', () => {
    if (program === started) tell({ is: 'ended', failure });
  });
}

// Homebridge's signals reach its whole process group; this process waits until its parent lets go of it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => {
  program?.kill('SIGKILL');
  process.exit(0);
});
process.on('message', (order: PeerOrder) => {
  if (order.do === 'start') start(order);
  else if (order.do === 'stop') program?.kill('SIGKILL');
  else call.then(({ carryOut }) => carryOut(order)).catch((error) => tell({ is: 'failed', message: reason(error) }));
});
// WebRTC takes a while to load: ffmpeg is started meanwhile.
const call = import('./call.ts');
