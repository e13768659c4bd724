/** Sends this process's questions for its outer address to a STUN server on loopback. */
import dgram from 'node:dgram';

/** WebRTC asks for its outer address and waits 5 to 15 seconds where nobody answers, on either side of a call. */
export function redirectStun(stunPort: number): () => void {
  const send = dgram.Socket.prototype.send;
  const patched = function (this: dgram.Socket, ...args: unknown[]) {
    if (typeof args[2] === 'string' && args[2].startsWith('stun')) {
      // A socket bound to one interface cannot reach loopback, but it reaches its own address.
      const own = this.address().address;
      args[1] = stunPort;
      args[2] = own === '0.0.0.0' ? '127.0.0.1' : own;
    }
    return Reflect.apply(send, this, args);
  };
  dgram.Socket.prototype.send = patched as typeof send;
  return () => {
    dgram.Socket.prototype.send = send;
  };
}
