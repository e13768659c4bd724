/** For `node --import`: a whole process, such as a real Homebridge, then talks to the fake named in FAKE_RING. */
import { redirect } from './redirect.ts';

const address = process.env.FAKE_RING;
if (address) await redirect(JSON.parse(address));
