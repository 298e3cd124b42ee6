import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type SecretName, secretNames } from '#shared/contract/roles.ts';
import { pascalCase } from '../names.ts';

/** What each secret holds. None of it is ever in a template: the operator puts the value in after the first deployment. */
const descriptions: Readonly<Record<SecretName, string>> = {
  database: 'Connection to TimescaleDB',
  redis: 'Upstash REST address and token',
  'jwt-signing': 'Private key that signs access tokens',
  'jwt-public': 'Public keys that verify access tokens',
  admin: 'Token for administration',
  fernet: 'Keys that encrypt the credentials of exchanges',
  prices: 'Keys of the sources of prices: an empty object where there are none',
};

/** What must outlive every other stack: the key and the secrets. */
export class DataStack extends Stack {
  readonly key: Key;
  readonly secretArns: Readonly<Record<SecretName, string>>;

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, { terminationProtection: true, ...props });
    this.key = new Key(this, 'Key', {
      alias: 'bagtracker',
      description: 'Encrypts the secrets of BagTracker',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const arns = secretNames.map((name): [SecretName, string] => [name, this.secret(name).ref]);
    this.secretArns = Object.fromEntries(arns) as Record<SecretName, string>;
  }

  /** Made without a value: what reads it too early is told so, where a generated one would look like the real thing. */
  private secret(name: SecretName): CfnSecret {
    const secret = new CfnSecret(this, `${pascalCase(name)}Secret`, {
      name: `bagtracker/${name}`,
      description: descriptions[name],
      kmsKeyId: this.key.keyArn,
    });
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return secret;
  }
}
