/** The kernel's memory, as numbers: limbs of 64 bits, the lowest first, two's complement. Addresses are in bytes. */
import { binary } from './binary.ts';

/** What the module gives. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  layOut: (events: number, matches: number, rowBytes: number, productFactor: bigint) => void;
  begin: (firstNewLot: number) => void;
  restartInput: () => void;
  inputEnd: () => number;
  accept: (bytes: number) => void;
  supply: () => number;
  isStuck: () => number;
  rowsRead: () => number;
  lastRow: () => number;
  lastTime: () => number;
  lastTies: () => number;
  run: () => number;
  takeMatches: () => number;
  matchesAt: () => number;
  rowsAt: () => number;
  totalsAt: () => number;
  lotsAt: () => number;
  spentLots: () => number;
  allLots: () => number;
  dropLots: (count: number) => void;
  bringLots: (count: number) => number;
  clockAt: () => number;
  nextLotNumber: () => number;
  putMatches: (to: number, end: number, from: number, count: number, ...numbers: number[]) => number;
  putLots: (to: number, end: number, from: number, count: number, ...numbers: number[]) => number;
  rowsEnd: () => number;
}

const abort = () => {
  throw new Error('the kernel of the replay has run out of memory');
};

let compiled: WebAssembly.Module | undefined;

/** A module of its own, with nothing in its memory. */
export const instantiate = (): Exports => {
  compiled ??= new WebAssembly.Module(Buffer.from(binary, 'base64'));
  return new WebAssembly.Instance(compiled, { env: { abort } }).exports as unknown as Exports;
};

const limbRange = 1n << 64n;

/** Ways to write and read; views of memory end when it grows, so these look for it anew. */
export const memoryOf = ({ memory }: Pick<Exports, 'memory'>) => {
  let words = new BigUint64Array(memory.buffer);
  let doubles = new Float64Array(memory.buffer);
  let bytes = new Uint8Array(memory.buffer);
  return {
    /** To be called before others after the kernel has run. */
    refresh: (): void => {
      if (words.buffer === memory.buffer) return;
      words = new BigUint64Array(memory.buffer);
      doubles = new Float64Array(memory.buffer);
      bytes = new Uint8Array(memory.buffer);
    },
    putDouble: (address: number, value: number): void => {
      doubles[address >>> 3] = value;
    },
    putByte: (address: number, value: number): void => {
      bytes[address] = value;
    },
    putBytes: (address: number, some: Uint8Array): void => bytes.set(some, address),
    /** A view: what is in it is gone when the kernel goes on. */
    view: (from: number, to: number): Uint8Array => bytes.subarray(from, to),
    putInteger: (address: number, limbs: number, value: bigint): void => {
      let word = address >>> 3;
      const end = word + limbs;
      words[word] = value;
      word += 1;
      let rest = value;
      while (word < end) {
        // Small numbers are many, and shifting makes another number each time.
        if (rest >= 0n && rest < limbRange) rest = 0n;
        else rest >>= 64n;
        words[word] = rest;
        word += 1;
      }
    },
    integer: (address: number, limbs: number): bigint => {
      let value = 0n;
      for (let limb = limbs - 1; limb >= 0; limb -= 1) {
        value = (value << 64n) | (words[(address >>> 3) + limb] as bigint);
      }
      return BigInt.asIntN(64 * limbs, value);
    },
    double: (address: number): number => doubles[address >>> 3] as number,
    byte: (address: number): number => bytes[address] as number,
  };
};

export type KernelModule = Exports;
export type KernelMemory = ReturnType<typeof memoryOf>;
