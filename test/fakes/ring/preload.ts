/**
 * For `node --import`: a whole process, such as a real Homebridge, then talks to the fake named in FAKE_RING. Where FAKE_TIME
 * names the module of its clock, the fake can let its time pass, too.
 */
import { redirectStun } from './redirect-stun.ts';

const { FAKE_RING: address, FAKE_TIME: clock } = process.env;
const program = process.argv[1] ?? '';

// The process of a live call speaks WebRTC alone, and must be ready at once.
if (address && /peer[/\\]process/.test(program)) redirectStun(JSON.parse(address).stunPort);
else if (address && !/vision[/\\]process/.test(program)) {
  const { redirect } = await import('./redirect.ts');
  const { sleeper } = await import('./sleeping.ts');
  await redirect(JSON.parse(address), clock ? sleeper((await import(clock)).systemClock) : undefined);
}
