import { createPrivateKey, createPublicKey } from 'node:crypto';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import { checkDueIdentities } from '#src/emails/check-due-identities.ts';
import { type SesAnswer, type SesCall, startSesStandIn } from '#test/channels/email/ses-stand-in.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';

/** What SES knows of domains. */
type Domain = { key: string; selector: string; status: 'PENDING' | 'SUCCESS' | 'FAILED'; mailFrom: string | null };
const domains = new Map<string, Domain>();
let trouble: SesAnswer | null = null;

const key = ({ DomainSigningSelector, DomainSigningPrivateKey }: Record<string, string>) => ({
  selector: DomainSigningSelector!,
  key: DomainSigningPrivateKey!,
});
function answer({ method, path, body }: SesCall): SesAnswer {
  if (trouble) return trouble;
  const [, name = '', rest] = /^\/v2\/email\/identities\/?([^/]*)(\/.*)?$/.exec(path) ?? [];
  const domain = domains.get(name);
  if (method === 'POST') {
    if (domains.has(body.EmailIdentity)) return { error: 'AlreadyExistsException' };
    domains.set(body.EmailIdentity, { ...key(body.DkimSigningAttributes), status: 'PENDING', mailFrom: null });
    return { body: { VerifiedForSendingStatus: false } };
  }
  if (!domain) return { error: 'NotFoundException', status: 404 };
  if (rest === '/mail-from') domain.mailFrom = body.MailFromDomain;
  else if (rest === '/dkim/signing') Object.assign(domain, key(body.SigningAttributes), { status: 'PENDING' });
  else if (method === 'DELETE') domains.delete(name);
  return {
    body: {
      VerifiedForSendingStatus: domain.status === 'SUCCESS',
      DkimAttributes: { Status: domain.status },
      MailFromAttributes: { MailFromDomain: domain.mailFrom, MailFromDomainStatus: 'PENDING' },
    },
  };
}

vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
const ses = await startSesStandIn(answer);
const world = await createWorld({ env: { SES_REGION: 'eu-central-1', SES_ENDPOINT: ses.url } });
const { ctx, acme, globex, dns, clock } = world;
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await ses[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
});
beforeEach(async () => {
  domains.clear();
  dns.clear();
  trouble = null;
  await ctx.db.delete(sendingIdentities);
});

const PATH = '/v1/sending-identities';
const add = async (member: Member = acme, fromEmail = 'haber@acme.example.com') => {
  const body = { fromName: 'Acme', fromEmail, tradeName: 'Acme A.Ş.', contact: 'İstanbul' };
  const made = await (await member.call('POST', PATH, body)).json();
  await world.drain();
  return made;
};
const read = async ({ id }: { id: string }, member: Member = acme) =>
  (await member.call('GET', `${PATH}/${id}`)).json();
const publish = (identity: Awaited<ReturnType<typeof add>>) => {
  for (const { type, name, value } of identity.records) dns.set(type, name, [value]);
};
const later = async () => {
  clock.advance({ minutes: 5 });
  await checkDueIdentities(ctx);
};

it('a domain is brought to SES once the DNS proves it, with our key and a MAIL FROM of its own; verified when SES says so too', async () => {
  const identity = await add();
  expect(identity.records.map(({ purpose, type, name }: Record<string, string>) => [purpose, type, name])).toEqual([
    ['dkim', 'TXT', expect.stringMatching(/\._domainkey\.acme\.example\.com$/)],
    ['dmarc', 'TXT', '_dmarc.acme.example.com'],
    ['mail-from-mx', 'MX', 'bounce.acme.example.com'],
    ['mail-from', 'TXT', 'bounce.acme.example.com'],
  ]);
  expect(await read(identity)).toMatchObject({ carrier: 'ses', status: 'pending', statusReason: 'records-missing' });
  expect(domains.size).toBe(0);
  publish(identity);
  await later();
  expect(await read(identity)).toMatchObject({ status: 'pending', statusReason: 'carrier-looking' });
  const known = domains.get('acme.example.com')!;
  expect(known).toMatchObject({ mailFrom: 'bounce.acme.example.com' });
  expect(identity.records[0].name).toBe(`${known.selector}._domainkey.acme.example.com`);
  // the key that SES signs with is the one whose other half stands in the DNS
  const held = createPublicKey(
    createPrivateKey({ key: Buffer.from(known.key, 'base64'), format: 'der', type: 'pkcs8' }),
  );
  expect(identity.records[0].value).toBe(
    `v=DKIM1; k=rsa; p=${held.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  );
  known.status = 'SUCCESS';
  await later();
  expect(await read(identity)).toMatchObject({ status: 'verified', statusReason: null });
});

it('that SES knows a domain lets nobody else send from it: another organization needs its own key in the DNS', async () => {
  const owner = await add();
  publish(owner);
  await later();
  domains.get('acme.example.com')!.status = 'SUCCESS';
  await later();
  expect(await read(owner)).toMatchObject({ status: 'verified' });
  const thief = await add(globex, 'ceo@acme.example.com');
  expect(await read(thief, globex)).toMatchObject({ status: 'pending', statusReason: 'records-missing' });
  await later();
  expect(await read(thief, globex)).toMatchObject({ status: 'pending', statusReason: 'records-missing' });
  // its own second address is proven by the record that is there
  expect(await read(await add(acme, 'satis@acme.example.com'))).toMatchObject({ status: 'verified' });
});

it('SES gave up looking: failed, and looked for again once the records are there', async () => {
  const identity = await add();
  publish(identity);
  await later();
  const known = domains.get('acme.example.com')!;
  known.status = 'FAILED';
  dns.clear();
  await later();
  expect(await read(identity)).toMatchObject({ status: 'failed', statusReason: 'records-missing' });
  publish(identity);
  await later();
  expect(await read(identity)).toMatchObject({ status: 'pending', statusReason: 'carrier-looking' });
  expect(known.status).toBe('PENDING');
  known.status = 'SUCCESS';
  await later();
  expect(await read(identity)).toMatchObject({ status: 'verified' });
});

it.each<[string, SesAnswer, string]>([
  ['throttles', { error: 'TooManyRequestsException', status: 429 }, 'carrier-unavailable'],
  ['refuses our key', { error: 'AccessDeniedException', status: 403 }, 'carrier-unavailable'],
  ['breaks off', 'cut', 'carrier-unavailable'],
])('while SES %s nothing is lost: pending stays pending, verified stays verified', async (_, wrong, reason) => {
  trouble = wrong;
  const identity = await add();
  expect(await read(identity)).toMatchObject({ status: 'pending', statusReason: reason });
  trouble = null;
  publish(identity);
  await later();
  domains.get('acme.example.com')!.status = 'SUCCESS';
  await later();
  expect(await read(identity)).toMatchObject({ status: 'verified' });
  trouble = wrong;
  clock.advance({ minutes: 1440 });
  await later();
  expect(await read(identity)).toMatchObject({ status: 'verified', statusReason: reason });
});

it('SES forgets a domain when the last address of it is deleted, whoever’s', async () => {
  const [first, second] = [await add(), await add(globex, 'b@acme.example.com')];
  publish(first);
  await later();
  expect(domains.has('acme.example.com')).toBe(true);
  await acme.call('DELETE', `${PATH}/${first.id}`);
  await world.drain();
  expect(domains.has('acme.example.com')).toBe(true);
  await globex.call('DELETE', `${PATH}/${second.id}`);
  await world.drain();
  expect(domains.has('acme.example.com')).toBe(false);
});
