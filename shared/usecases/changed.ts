type Changes<T> = { [K in keyof T]?: T[K] | undefined };

/** A resource with what a PATCH names of it. */
export const changed = <T extends object>(current: T, changes: Changes<T>): T =>
  ({
    ...current,
    ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
  }) as T;
