/** For `node --import`: a whole process, such as a real Homebridge, then talks to the fake named in FAKE_RING. */
import { redirectStun } from './redirect-stun.ts';

const address = process.env.FAKE_RING;
const program = process.argv[1] ?? '';

// The process of a live call speaks WebRTC alone, and must be ready at once.
if (address && /peer-process/.test(program)) redirectStun(JSON.parse(address).stunPort);
else if (address && !/vision[/\\]process/.test(program)) {
  const { redirect } = await import('./redirect.ts');
  await redirect(JSON.parse(address));
}
