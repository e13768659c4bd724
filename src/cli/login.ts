/** `latchkey login`: logs in to Ring and keeps the token where the plugin finds it. */
import { type Login, type LoginStep, RingLogin } from '../cameras/ring/login.ts';
import { ringTokenPath, TokenFile } from '../cameras/ring/token.ts';
import { openPrompt, type Prompt } from './prompt.ts';
import { latchkeyFolder } from './storage.ts';

const attempts = 3;

export async function login({ storage }: { storage: string }): Promise<void> {
  const prompt = openPrompt();
  try {
    const sentence = await logIn(new RingLogin(new TokenFile(ringTokenPath(latchkeyFolder(storage)))), prompt);
    process.stdout.write(`${sentence} A running Latchkey takes it up within a minute.\n`);
  } finally {
    prompt.close();
  }
}

/** Asks until it is done; throws the last sentence where it is not. */
export async function logIn(ring: Login, prompt: Prompt): Promise<string> {
  const email = await prompt.ask('E-mail address of the Ring account: ');
  const password = await prompt.ask('Password (not shown): ', true);
  let step: LoginStep = await ring.begin(email, password);
  for (let left = attempts; step.state === 'code' && left > 0; left--) {
    step = await ring.code(await prompt.ask(`${step.sentence}\nCode: `));
  }
  if (step.state !== 'done') throw new Error(step.sentence);
  return step.sentence;
}
