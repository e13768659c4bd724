/** A STUN server that answers binding requests (RFC 8489): without one, WebRTC waits 15 seconds before it offers. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const magicCookie = 0x2112a442;

export interface StunServer {
  port: number;
  close(): void;
}

export async function startStun(): Promise<StunServer> {
  const socket = createSocket('udp4');
  socket.on('message', (request, from) => {
    if (request.length < 20 || request.readUInt16BE(0) !== 0x0001) return;
    socket.send(bindingResponse(request.subarray(8, 20), from.address, from.port), from.port, from.address);
  });
  socket.bind(0);
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}

function bindingResponse(transaction: Buffer, address: string, port: number): Buffer {
  const reply = Buffer.alloc(32);
  reply.writeUInt16BE(0x0101, 0);
  reply.writeUInt16BE(12, 2);
  reply.writeUInt32BE(magicCookie, 4);
  transaction.copy(reply, 8);
  reply.writeUInt16BE(0x0020, 20); // XOR-MAPPED-ADDRESS
  reply.writeUInt16BE(8, 22);
  reply.writeUInt8(1, 25); // IPv4
  reply.writeUInt16BE(port ^ (magicCookie >>> 16), 26);
  const ip = address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
  reply.writeUInt32BE((ip ^ magicCookie) >>> 0, 28);
  return reply;
}
