import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as kms from '@aws-sdk/client-kms';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Allow, startAwsFront } from '../../scripts/local/servers/aws.ts';
import { privateFolder } from './folders.ts';

async function start(options: { dataFile?: string; allow?: Allow } = {}) {
  const dataFile = options.dataFile ?? join(await privateFolder(), 'aws.json');
  const front = await startAwsFront({ ...options, dataFile });
  onTestFinished(() => front.stop());
  const clientOptions = (accessKeyId: string) => ({
    endpoint: front.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
  });
  return {
    front,
    dataFile,
    kmsAs: (caller: string) => new kms.KMSClient(clientOptions(caller)),
    secretsAs: (caller: string) => new secrets.SecretsManagerClient(clientOptions(caller)),
  };
}

const token = (name: string) => name.padEnd(36, '-');

describe('the local KMS', () => {
  const KeyId = 'alias/bagtracker';
  const EncryptionContext = { user: '1', purpose: 'cex' };

  test('gives back what it sealed, in the same context whatever its order', async () => {
    const client = (await start()).kmsAs('app');
    const dataKey = await client.send(
      new kms.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }),
    );
    expect(dataKey.Plaintext).toHaveLength(32);
    const reordered = { purpose: 'cex', user: '1' };
    const opened = await client.send(
      new kms.DecryptCommand({ CiphertextBlob: dataKey.CiphertextBlob, EncryptionContext: reordered }),
    );
    expect(opened.Plaintext).toEqual(dataKey.Plaintext);
    expect(opened.KeyId).toBe(dataKey.KeyId);

    const Plaintext = Buffer.from('secret');
    const { CiphertextBlob } = await client.send(new kms.EncryptCommand({ KeyId, Plaintext }));
    const again = await client.send(new kms.DecryptCommand({ CiphertextBlob, KeyId }));
    expect(Buffer.from(again.Plaintext ?? []).toString()).toBe('secret');
    const random = await client.send(new kms.GenerateRandomCommand({ NumberOfBytes: 24 }));
    expect(random.Plaintext).toHaveLength(24);
  });

  test('refuses another context, a changed text and another key', async () => {
    const client = (await start()).kmsAs('app');
    const Plaintext = Buffer.from('secret');
    const { CiphertextBlob = new Uint8Array() } = await client.send(
      new kms.EncryptCommand({ KeyId, Plaintext, EncryptionContext }),
    );
    const decrypt = (input: Partial<kms.DecryptCommandInput>) =>
      client.send(new kms.DecryptCommand({ CiphertextBlob, EncryptionContext, ...input }));
    const changed = CiphertextBlob.map((byte, index) => (index === 30 ? byte ^ 1 : byte));
    const invalid = { name: 'InvalidCiphertextException' };
    await expect(decrypt({ EncryptionContext: { user: '2' } })).rejects.toMatchObject(invalid);
    await expect(decrypt({ EncryptionContext: {} })).rejects.toMatchObject(invalid);
    await expect(decrypt({ CiphertextBlob: changed })).rejects.toMatchObject(invalid);
    await expect(decrypt({ CiphertextBlob: Buffer.from('x') })).rejects.toMatchObject(invalid);
    await expect(decrypt({ KeyId: 'alias/other' })).rejects.toMatchObject({ name: 'IncorrectKeyException' });
    const other = new kms.GenerateDataKeyCommand({ KeyId: 'alias/other', KeySpec: 'AES_256' });
    await expect(client.send(other)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('opens after a restart what it sealed before', async () => {
    const { front, kmsAs, dataFile } = await start();
    const Plaintext = Buffer.from('secret');
    const { CiphertextBlob } = await kmsAs('app').send(new kms.EncryptCommand({ KeyId, Plaintext }));
    await front.stop();
    const client = (await start({ dataFile })).kmsAs('app');
    const opened = await client.send(new kms.DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(opened.Plaintext ?? []).toString()).toBe('secret');
  });
});

describe('the local Secrets Manager', () => {
  const SecretId = 'bagtracker/fernet';

  test('moves labels as a rotation needs it', async () => {
    const client = (await start()).secretsAs('app');
    const get = async (VersionStage?: string) => {
      const stage = VersionStage ? { VersionStage } : {};
      const got = await client.send(new secrets.GetSecretValueCommand({ SecretId, ...stage }));
      return got.SecretString;
    };
    const put = (name: string, stages?: string[]) =>
      client.send(
        new secrets.PutSecretValueCommand({
          SecretId,
          SecretString: name,
          ClientRequestToken: token(name),
          ...(stages ? { VersionStages: stages } : {}),
        }),
      );
    const promote = (input: Partial<secrets.UpdateSecretVersionStageCommandInput>) =>
      client.send(
        new secrets.UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', ...input }),
      );

    await client.send(
      new secrets.CreateSecretCommand({
        Name: SecretId,
        SecretString: 'first',
        ClientRequestToken: token('first'),
      }),
    );
    await put('second', ['AWSPENDING']);
    expect([await get(), await get('AWSPENDING')]).toEqual(['first', 'second']);
    await expect(promote({ MoveToVersionId: token('second') })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await promote({ MoveToVersionId: token('second'), RemoveFromVersionId: token('first') });
    expect([await get(), await get('AWSPREVIOUS')]).toEqual(['second', 'first']);
    await put('third');
    expect([await get(), await get('AWSPREVIOUS')]).toEqual(['third', 'second']);

    const described = await client.send(new secrets.DescribeSecretCommand({ SecretId }));
    expect(described.VersionIdsToStages).toEqual({
      [token('second')]: ['AWSPENDING', 'AWSPREVIOUS'],
      [token('third')]: ['AWSCURRENT'],
    });
  });

  test('takes the same token with the same value only', async () => {
    const client = (await start()).secretsAs('app');
    const input = { Name: SecretId, SecretString: 'first', ClientRequestToken: token('first') };
    const { ARN } = await client.send(new secrets.CreateSecretCommand(input));
    expect((await client.send(new secrets.CreateSecretCommand(input))).ARN).toBe(ARN);
    const put = (SecretString: string) =>
      client.send(
        new secrets.PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken: token('put') }),
      );
    await put('value');
    expect(await put('value')).toMatchObject({ VersionId: token('put'), VersionStages: ['AWSCURRENT'] });
    const exists = { name: 'ResourceExistsException' };
    await expect(put('other')).rejects.toMatchObject(exists);
    await expect(
      client.send(new secrets.CreateSecretCommand({ ...input, ClientRequestToken: token('new') })),
    ).rejects.toMatchObject(exists);
  });

  test('keeps text and bytes across a restart, in a file for its owner only', async () => {
    const { front, secretsAs, dataFile } = await start();
    const SecretBinary = Buffer.from([0, 255, 1]);
    await secretsAs('app').send(new secrets.CreateSecretCommand({ Name: 'binary', SecretBinary }));
    await front.stop();
    expect((await stat(dataFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(dataFile, 'utf8')).toContain('binary');

    const client = (await start({ dataFile })).secretsAs('app');
    const found = await client.send(new secrets.GetSecretValueCommand({ SecretId: 'binary' }));
    expect(Buffer.from(found.SecretBinary ?? [])).toEqual(SecretBinary);
    expect(Math.abs(Date.now() - Number(found.CreatedDate))).toBeLessThan(60_000);
    const byArn = await client.send(new secrets.DescribeSecretCommand({ SecretId: found.ARN }));
    expect(byArn.Name).toBe('binary');
  });

  test('does not find what is not there', async () => {
    const client = (await start()).secretsAs('app');
    await client.send(new secrets.CreateSecretCommand({ Name: 'empty' }));
    for (const input of [{ SecretId: 'none' }, { SecretId: 'empty' }])
      await expect(client.send(new secrets.GetSecretValueCommand(input))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
  });
});

test('the caller can be refused by access key, action and resource', async () => {
  const asked: string[] = [];
  const allow: Allow = (...parts) => {
    asked.push(parts.join(' '));
    return parts[0] === 'auth';
  };
  const { front, kmsAs, secretsAs } = await start({ allow });
  const Name = 'jwt';
  const { ARN } = await secretsAs('auth').send(new secrets.CreateSecretCommand({ Name, SecretString: 'x' }));
  const denied = { name: 'AccessDeniedException' };
  const get = new secrets.GetSecretValueCommand({ SecretId: Name });
  await expect(secretsAs('wallets').send(get)).rejects.toMatchObject(denied);
  const random = new kms.GenerateDataKeyCommand({ KeyId: 'alias/bagtracker', KeySpec: 'AES_256' });
  await expect(kmsAs('wallets').send(random)).rejects.toMatchObject(denied);
  expect(asked).toEqual([
    'auth secretsmanager:CreateSecret arn:aws:secretsmanager:us-east-1:000000000000:secret:jwt',
    `wallets secretsmanager:GetSecretValue ${ARN}`,
    expect.stringMatching(/^wallets kms:GenerateDataKey arn:aws:kms:us-east-1:000000000000:key\//),
  ]);
  const unsigned = {
    method: 'POST',
    headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body: '{}',
  };
  expect((await fetch(front.url, unsigned)).status).toBe(403);
});
