/** What stands between two parts and misbehaves. */
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { closeServer, listen } from '../../scripts/local/triggers/http-server.ts';

/** Passes requests on; of the next ones that `isMeant` it cuts the answers off, after the server has done its work. */
export const cuttingProxy = async (
  target: string,
  isMeant: (headers: NodeJS.Dict<string | string[]>) => boolean = () => true,
) => {
  let cuts = 0;
  const answered: string[] = [];
  const server = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    const passedOn = httpRequest(target + incoming.url, {
      method: incoming.method,
      headers: incoming.headers,
    });
    passedOn.end(body);
    const [answer] = await once(passedOn, 'response');
    const text = await buffer(answer);
    if (isMeant(incoming.headers)) {
      answered.push(text.toString());
      cuts -= 1;
      if (cuts >= 0) return void incoming.socket.destroy();
    }
    response.writeHead(answer.statusCode, answer.headers).end(text);
  });
  await listen(server, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => closeServer(server, 1));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    /** What the server answered to what was meant, whether it arrived or not. */
    answered,
    cut: (count: number) => {
      cuts = count;
    },
  };
};

/** A port that stays, before a server whose port may change; it refuses nobody and cuts off whom it cannot connect. */
export const steadyPort = async (target: () => number) => {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    const onward = connect(target(), '127.0.0.1');
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = async () => {
    cut();
    await new Promise((done) => server.close(done));
  };
  return { port: Number(port), cut, stop };
};
