/** Integers of 128 and 256 bits in memory: limbs of 64 bits, the lowest first; those of 256 bits are two's complement. */

/** The upper half of a product of two limbs. */
function upper(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const low = aLow * bLow;
  const left = aHigh * bLow;
  const right = aLow * bHigh;
  const middle = (low >> 32) + (left & 0xffffffff) + (right & 0xffffffff);
  return aHigh * bHigh + (left >> 32) + (right >> 32) + (middle >> 32);
}

export function isZero128(a: usize): bool {
  return !v128.any_true(v128.load(a));
}

export function isEqual128(a: usize, b: usize): bool {
  return load<u64>(a) === load<u64>(b) && load<u64>(a, 8) === load<u64>(b, 8);
}

export function isLess128(a: usize, b: usize): bool {
  const high = load<u64>(a, 8);
  const other = load<u64>(b, 8);
  return high === other ? load<u64>(a) < load<u64>(b) : high < other;
}

export function copy128(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
}

export function copy256(to: usize, from: usize): void {
  copy128(to, from);
  copy128(to + 16, from + 16);
}

export function clear256(to: usize): void {
  v128.store(to, i64x2(0, 0));
  v128.store(to, i64x2(0, 0), 16);
}

/** `to` of 256 bits becomes `from` of 128. */

export function subtract128(from: usize, b: usize): void {
  const low = load<u64>(from);
  const taken = load<u64>(b);
  store<u64>(from, low - taken);
  store<u64>(from, load<u64>(from, 8) - load<u64>(b, 8) - u64(low < taken), 8);
}

export function isZero256(a: usize): bool {
  return !v128.any_true(v128.or(v128.load(a), v128.load(a, 16)));
}

export function isNegative(a: usize): bool {
  return load<i64>(a, 24) < 0;
}

export function add256(to: usize, b: usize): void {
  const first = load<u64>(to) + load<u64>(b);
  let carry = u64(first < load<u64>(b));
  store<u64>(to, first);
  const second = load<u64>(to, 8) + load<u64>(b, 8);
  const secondWhole = second + carry;
  carry = u64(second < load<u64>(b, 8)) | u64(secondWhole < second);
  store<u64>(to, secondWhole, 8);
  const third = load<u64>(to, 16) + load<u64>(b, 16);
  const thirdWhole = third + carry;
  carry = u64(third < load<u64>(b, 16)) | u64(thirdWhole < third);
  store<u64>(to, thirdWhole, 16);
  store<u64>(to, load<u64>(to, 24) + load<u64>(b, 24) + carry, 24);
}

export function subtract256(from: usize, b: usize): void {
  const first = load<u64>(from);
  let borrow = u64(first < load<u64>(b));
  store<u64>(from, first - load<u64>(b));
  const second = load<u64>(from, 8);
  const secondLeft = second - load<u64>(b, 8);
  store<u64>(from, secondLeft - borrow, 8);
  borrow = u64(second < load<u64>(b, 8)) | u64(secondLeft < borrow);
  const third = load<u64>(from, 16);
  const thirdLeft = third - load<u64>(b, 16);
  store<u64>(from, thirdLeft - borrow, 16);
  borrow = u64(third < load<u64>(b, 16)) | u64(thirdLeft < borrow);
  store<u64>(from, load<u64>(from, 24) - load<u64>(b, 24) - borrow, 24);
}

export function add128(to: usize, b: usize): void {
  const low = load<u64>(to) + load<u64>(b);
  const carry = u64(low < load<u64>(b));
  store<u64>(to, low);
  const second = load<u64>(to, 8) + load<u64>(b, 8);
  const whole = second + carry;
  store<u64>(to, whole, 8);
  if (second < load<u64>(b, 8) || whole < second) {
    const third = load<u64>(to, 16) + 1;
    store<u64>(to, third, 16);
    if (third === 0) store<u64>(to, load<u64>(to, 24) + 1, 24);
  }
}

export function negate(a: usize): void {
  let carry: u64 = 1;
  for (let at: usize = 0; at < 32; at += 8) {
    const whole = ~load<u64>(a + at) + carry;
    carry = u64(carry !== 0 && whole === 0);
    store<u64>(a + at, whole);
  }
}

/** Whether a is less than b; neither is negative. */
export function isLess256(a: usize, b: usize): bool {
  for (let at: i32 = 24; at >= 0; at -= 8) {
    const left = load<u64>(a + at);
    const right = load<u64>(b + at);
    if (left !== right) return left < right;
  }
  return false;
}

/** `to`, of 256 bits, becomes unit (192 bits) x quantity (128); mostly both are far smaller. */
export function multiplyUnit(to: usize, unit: usize, quantity: usize): void {
  if ((load<u64>(unit, 16) | load<u64>(quantity, 8)) !== 0) {
    multiply(wideProduct, unit, 3, quantity, 2);
    copy256(to, wideProduct);
    return;
  }
  const x = load<u64>(quantity);
  const first = load<u64>(unit);
  const second = load<u64>(unit, 8);
  const low = second * x;
  const middle = low + upper(first, x);
  store<u64>(to, first * x);
  store<u64>(to, middle, 8);
  store<u64>(to, upper(second, x) + u64(middle < low), 16);
  store<u64>(to, 0, 24);
}

const wideProduct = memory.data(40);

/** `to`, of `size + others` limbs, becomes the product of a and b, of so many limbs; it overlaps neither. */
export function multiply(to: usize, a: usize, size: i32, b: usize, others: i32): void {
  for (let place = 0; place < size + others; place++) store<u64>(to + (place << 3), 0);
  for (let i = 0; i < size; i++) {
    const x = load<u64>(a + (i << 3));
    if (x === 0) continue;
    let carry: u64 = 0;
    for (let j = 0; j < others; j++) {
      const y = load<u64>(b + (j << 3));
      const at = to + ((i + j) << 3);
      const low = x * y;
      const sum = low + carry;
      const whole = sum + load<u64>(at);
      carry = upper(x, y) + u64(sum < low) + u64(whole < sum);
      store<u64>(at, whole);
    }
    store<u64>(to + ((i + others) << 3), carry);
  }
}

/** `value` of 256 bits becomes value x factor + more. */
export function multiplyAdd(value: usize, factor: u64, more: u64): void {
  let carry = more;
  for (let at: usize = 0; at < 32; at += 8) {
    const limb = load<u64>(value + at);
    if (limb === 0) {
      store<u64>(value + at, carry);
      carry = 0;
      continue;
    }
    const low = limb * factor;
    const sum = low + carry;
    store<u64>(value + at, sum);
    carry = upper(limb, factor) + u64(sum < low);
  }
}

function digitsOf(a: usize, most: i32): i32 {
  let size = most;
  while (size > 0 && load<u32>(a + ((size - 1) << 2)) === 0) size--;
  return size;
}

const shiftedDividend = memory.data(64);
const shiftedDivisor = memory.data(32);

/** Shifts digits of 32 bits left by less than 32 bits, into `size + 1` digits. */
function shiftLeft(to: usize, from: usize, size: i32, bits: u32): void {
  let carry: u64 = 0;
  for (let place = 0; place < size; place++) {
    const digit = (u64(load<u32>(from + (place << 2))) << bits) | carry;
    store<u32>(to + (place << 2), u32(digit));
    carry = digit >> 32;
  }
  store<u32>(to + (size << 2), u32(carry));
}

/**
 * Divides by schoolbook (Knuth, The Art of Computer Programming, vol. 2, 4.3.1, algorithm D): `quotient`, of `limbs`,
 * becomes dividend / divisor, rounded half to even. The divisor, of `others` limbs (at most 3), is not zero, and `limbs` is
 * at most 7.
 */
export function divideHalfEven(
  quotient: usize,
  dividend: usize,
  limbs: i32,
  divisor: usize,
  others: i32,
): void {
  for (let place = 0; place < limbs; place++) store<u64>(quotient + (place << 3), 0);
  const m = digitsOf(dividend, limbs << 1);
  const n = digitsOf(divisor, others << 1);
  const bits = clz<u32>(load<u32>(divisor + ((n - 1) << 2)));
  shiftLeft(shiftedDivisor, divisor, n, bits);
  shiftLeft(shiftedDividend, dividend, m, bits);
  for (let place = m + 1; place <= n; place++) store<u32>(shiftedDividend + (place << 2), 0);
  const first = u64(load<u32>(shiftedDivisor + ((n - 1) << 2)));
  const second = n > 1 ? u64(load<u32>(shiftedDivisor + ((n - 2) << 2))) : 0;
  for (let place = m - n; place >= 0; place--) {
    const at = shiftedDividend + (place << 2);
    const top = (u64(load<u32>(at + (n << 2))) << 32) | u64(load<u32>(at + ((n - 1) << 2)));
    let digit = top / first;
    let rest = top - digit * first;
    const below = n > 1 ? u64(load<u32>(at + ((n - 2) << 2))) : 0;
    while (digit >> 32 !== 0 || digit * second > ((rest << 32) | below)) {
      digit--;
      rest += first;
      if (rest >> 32 !== 0) break;
    }
    let borrow: u64 = 0;
    for (let i = 0; i < n; i++) {
      const product = digit * u64(load<u32>(shiftedDivisor + (i << 2))) + borrow;
      const held = u64(load<u32>(at + (i << 2)));
      store<u32>(at + (i << 2), u32(held - product));
      borrow = (product >> 32) + u64((product & 0xffffffff) > held);
    }
    const held = u64(load<u32>(at + (n << 2)));
    store<u32>(at + (n << 2), u32(held - borrow));
    if (held < borrow) {
      digit--;
      let carry: u64 = 0;
      for (let i = 0; i < n; i++) {
        const sum = u64(load<u32>(at + (i << 2))) + u64(load<u32>(shiftedDivisor + (i << 2))) + carry;
        store<u32>(at + (i << 2), u32(sum));
        carry = sum >> 32;
      }
      store<u32>(at + (n << 2), u32(u64(load<u32>(at + (n << 2))) + carry));
    }
    store<u32>(quotient + (place << 2), u32(digit));
  }
  if (isUp(quotient, n)) increment(quotient);
}

/** Whether what is left of the dividend is more than half of the divisor, or just half and the quotient is odd. */
function isUp(quotient: usize, n: i32): bool {
  // The remainder has as many digits as the divisor; twice as much may have one more.
  const carry: u64 = u64(load<u32>(shiftedDividend + ((n - 1) << 2))) >> 31;
  if (carry !== 0) return true;
  for (let place = n - 1; place >= 0; place--) {
    const low = place > 0 ? load<u32>(shiftedDividend + ((place - 1) << 2)) >> 31 : 0;
    const twice = (load<u32>(shiftedDividend + (place << 2)) << 1) | low;
    const digit = load<u32>(shiftedDivisor + (place << 2));
    if (twice !== digit) return twice > digit;
  }
  return (load<u32>(quotient) & 1) === 1;
}

function increment(a: usize): void {
  for (let at = a; ; at += 8) {
    const whole = load<u64>(at) + 1;
    store<u64>(at, whole);
    if (whole !== 0) return;
  }
}

/** `from` of 256 bits loses `b` of 128. */
export function widenedSubtract(from: usize, b: usize): void {
  const low = load<u64>(from);
  const second = load<u64>(from, 8);
  const borrow = u64(low < load<u64>(b));
  store<u64>(from, low - load<u64>(b));
  const difference = second - load<u64>(b, 8);
  store<u64>(from, difference - borrow, 8);
  if (second < load<u64>(b, 8) || difference < borrow) {
    const third = load<u64>(from, 16);
    store<u64>(from, third - 1, 16);
    if (third === 0) store<u64>(from, load<u64>(from, 24) - 1, 24);
  }
}

/** `to` of 256 bits becomes `from` of 128. */
export function widen(to: usize, from: usize): void {
  copy128(to, from);
  v128.store(to, i64x2(0, 0), 16);
}
