import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

const length = (bytes: number): Buffer =>
  bytes < 128
    ? Buffer.from([bytes])
    : bytes < 256
      ? Buffer.from([0x81, bytes])
      : Buffer.from([0x82, bytes >> 8, bytes & 255]);
const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
};
const SEQUENCE = 0x30;
/** sha256WithRSAEncryption, without parameters. */
const ALGORITHM = der(SEQUENCE, Buffer.from('06092a864886f70d01010b', 'hex'), der(0x05));
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const utcTime = (at: Date) =>
  der(
    0x17,
    Buffer.from(
      `${at
        .toISOString()
        .replaceAll(/[-:T]|\.\d+Z/g, '')
        .slice(2)}Z`,
    ),
  );

export type TestCertificate = { pem: string; key: KeyObject };

/** An X.509 certificate signed by itself, good for ten years around the tests' present unless told otherwise. */
export function createTestCertificate(
  validFrom = new Date('2020-01-01T00:00:00Z'),
  validTo = new Date('2040-01-01T00:00:00Z'),
): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from('sns.amazonaws.com')))));
  const body = der(
    SEQUENCE,
    der(0x02, Buffer.from([1])),
    ALGORITHM,
    name,
    der(SEQUENCE, utcTime(validFrom), utcTime(validTo)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const encoded = der(SEQUENCE, body, ALGORITHM, signature).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return { pem: `-----BEGIN CERTIFICATE-----\n${encoded}\n-----END CERTIFICATE-----\n`, key: privateKey };
}
