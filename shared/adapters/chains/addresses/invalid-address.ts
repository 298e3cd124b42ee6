/** An address that can't be stored. Its message is meant for the person who typed the address. */
export class InvalidAddress extends Error {
  override name = 'InvalidAddress';
}

/** An address as a message shows it: quoted, and cut, because it may be anything a caller pasted. */
export function quote(address: string): string {
  return address.length > 100 ? `"${address.slice(0, 100)}…"` : `"${address}"`;
}
