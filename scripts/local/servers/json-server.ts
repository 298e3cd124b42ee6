// The few lines of HTTP that the local fronts share.
import { createServer, type IncomingMessage } from 'node:http';

export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

interface HttpServer {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Serves JSON on 127.0.0.1; `answer` never sees a request before its whole body has come. */
export function serve(
  answer: (request: IncomingMessage, body: Buffer) => Promise<Reply>,
  port = 0,
): Promise<HttpServer> {
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { status, body, headers } = await answer(request, Buffer.concat(chunks));
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    } catch {
      response.destroy();
    }
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const actual = typeof address === 'object' && address ? address.port : port;
      resolve({ url: `http://127.0.0.1:${actual}`, port: actual, stop });
    });
  });
}
