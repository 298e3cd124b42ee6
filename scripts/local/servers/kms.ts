// The calls of AWS KMS that BagTracker makes, with real encryption under one symmetric key.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError, type AwsInput, optionalText, requiredText } from './aws-error.ts';

/** The key's material is kept in base64. */
export interface KmsKey {
  id: string;
  material: string;
}

const ALIAS = 'alias/bagtracker';
const ARN_PREFIX = 'arn:aws:kms:us-east-1:000000000000:';
const ALGORITHM = 'SYMMETRIC_DEFAULT';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function keyArn(key: KmsKey): string {
  return `${ARN_PREFIX}key/${key.id}`;
}

function isKey(key: KmsKey, name: string): boolean {
  return [key.id, ALIAS, keyArn(key), `${ARN_PREFIX}${ALIAS}`].includes(name);
}

/** The ARN a request is about: access is decided by it. */
export function kmsResource(key: KmsKey, input: AwsInput): string {
  const name = optionalText(input, 'KeyId');
  return name === undefined || isKey(key, name) ? keyArn(key) : name;
}

function checkKey(key: KmsKey, name: string): void {
  if (!isKey(key, name)) throw new AwsError('NotFoundException', `Key '${name}' does not exist.`);
}

/** The encryption context, whatever its order, in one unambiguous form. */
function additionalData(input: AwsInput): Buffer {
  const context = Object.entries(input.EncryptionContext ?? {}).map(([name, value]) => [name, String(value)]);
  const sorted = context.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(sorted));
}

function seal(key: KmsKey, plaintext: Buffer, input: AwsInput): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, Buffer.from(key.material, 'base64'), nonce);
  cipher.setAAD(additionalData(input));
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

function open(key: KmsKey, blob: Buffer, input: AwsInput): Buffer {
  try {
    const decipher = createDecipheriv(
      CIPHER,
      Buffer.from(key.material, 'base64'),
      blob.subarray(0, NONCE_BYTES),
      { authTagLength: TAG_BYTES },
    );
    decipher.setAAD(additionalData(input));
    decipher.setAuthTag(blob.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(blob.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw new AwsError('InvalidCiphertextException', '');
  }
}

function byteCount(value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1024) return Number(value);
  throw new AwsError('ValidationException', 'NumberOfBytes must be from 1 to 1024.');
}

const KEY_SPEC_BYTES: Record<string, number> = { AES_256: 32, AES_128: 16 };

function generateDataKey(key: KmsKey, input: AwsInput) {
  checkKey(key, requiredText(input, 'KeyId'));
  const spec = optionalText(input, 'KeySpec');
  const plaintext = randomBytes(byteCount(spec === undefined ? input.NumberOfBytes : KEY_SPEC_BYTES[spec]));
  return {
    CiphertextBlob: seal(key, plaintext, input),
    Plaintext: plaintext.toString('base64'),
    KeyId: keyArn(key),
  };
}

function encrypt(key: KmsKey, input: AwsInput) {
  checkKey(key, requiredText(input, 'KeyId'));
  const plaintext = Buffer.from(requiredText(input, 'Plaintext'), 'base64');
  if (plaintext.length > 4096) throw new AwsError('ValidationException', 'Plaintext has at most 4096 bytes.');
  return { CiphertextBlob: seal(key, plaintext, input), KeyId: keyArn(key), EncryptionAlgorithm: ALGORITHM };
}

function decrypt(key: KmsKey, input: AwsInput) {
  const name = optionalText(input, 'KeyId');
  if (name !== undefined && !isKey(key, name)) throw new AwsError('IncorrectKeyException', 'Another key.');
  const blob = Buffer.from(requiredText(input, 'CiphertextBlob'), 'base64');
  const plaintext = open(key, blob, input).toString('base64');
  return { Plaintext: plaintext, KeyId: keyArn(key), EncryptionAlgorithm: ALGORITHM };
}

function generateRandom(_key: KmsKey, input: AwsInput) {
  return { Plaintext: randomBytes(byteCount(input.NumberOfBytes)).toString('base64') };
}

export const kmsActions = new Map<string, (key: KmsKey, input: AwsInput) => object>([
  ['GenerateDataKey', generateDataKey],
  ['Encrypt', encrypt],
  ['Decrypt', decrypt],
  ['GenerateRandom', generateRandom],
]);
