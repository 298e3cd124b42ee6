export function processIdentity(pid: number): Promise<string | undefined>;
export function withLock<T>(
  path: string,
  options: { waiting: () => void; work: () => Promise<T> },
): Promise<T>;
