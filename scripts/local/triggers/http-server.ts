// What the gateway and the control server share.
import type { Server } from 'node:http';
import { errorCode, SetupError } from '../servers/processes.ts';

/** Listens and answers its URL. Port 0 takes a free one. */
export async function listen(server: Server, address: { port: number; host: string }): Promise<string> {
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(address, listening.resolve);
  try {
    await listening.promise;
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') throw portTaken(address.port);
    if (errorCode(error) === 'EACCES')
      throw new SetupError(`This user may not open port ${address.port}: choose another, such as PORT=8080.`);
    throw error;
  } finally {
    server.off('error', listening.reject);
  }
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : address.port;
  return `http://${address.host}:${port}`;
}

function portTaken(port: number): SetupError {
  return new SetupError(
    `Port ${port} is taken: stop what listens there, or choose another with PORT=${port + 1}.`,
  );
}

/** Takes nothing new, lets what is under way finish, and cuts off what is not done in time. */
export async function closeServer(server: Server, patienceSeconds: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const timer = setTimeout(() => server.closeAllConnections(), patienceSeconds * 1000);
  await closed;
  clearTimeout(timer);
}
