/** A process that does nothing but rotate Ring's token as fast as it can, to be killed while it does. */
import { RingRestClient } from 'ring-client-api/rest-client';
import { TokenFile } from '../../../src/cameras/ring/token.ts';
import { redirect } from '../../fakes/ring/redirect.ts';

const [path = '', address = ''] = process.argv.slice(2);
await redirect(JSON.parse(address));
const file = new TokenFile(path);
const client = new RingRestClient({ refreshToken: file.read() ?? '', systemId: file.systemId });
client.onRefreshTokenUpdated.subscribe(({ newRefreshToken }) => {
  process.send?.('rotating');
  file.rotate(newRefreshToken);
});
for (;;) {
  await client.getAuth();
  await client.request({ url: 'https://api.ring.com/devices/v1/locations' });
}
