import { createPrivateKey } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { AppContext } from '#src/context.ts';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import { inParallel } from './in-parallel.ts';
import { type Watch, watch } from './measure.ts';

/** As many as the engine has. */
const CONNECTIONS = 10;

export type Pool = {
  /** Mails made one by one of the same content, each with its links and headers. */
  build(count: number): Promise<Watch>;
  /** Mails that were made before; it signs them. */
  pass(raws: Buffer[]): Promise<Watch>;
  /** Mails that were made and signed before. */
  passSigned(raws: Buffer[]): Promise<Watch>;
  close(): void;
};

/** A sample of what the engine sends: `html` and `plain` with a place for each name, and the headers of a bulk mail. */
export type Sample = { html: string; plain: string; url: string };

/** nodemailer's own pool, which signs as the engine does: same key, same fields, the key read once. */
export async function openPool(ctx: AppContext, url: string, { html, plain, url: site }: Sample): Promise<Pool> {
  const [identity] = await ctx.db.select().from(sendingIdentities).limit(1);
  const { domain, dkimSelector, dkimKeySealed, fromEmail, fromName } = identity!;
  const privateKey = createPrivateKey(ctx.secrets.open(dkimKeySealed)) as unknown as string;
  const headerFieldNames =
    'from:to:subject:date:message-id:mime-version:content-type:feedback-id:list-unsubscribe:list-unsubscribe-post';
  const { hostname: host, port } = new URL(url);
  const options = {
    host,
    port: Number(port),
    pool: true as const,
    maxConnections: CONNECTIONS,
    maxMessages: Number.POSITIVE_INFINITY,
  };
  const dkim = { domainName: domain, keySelector: dkimSelector, privateKey, headerFieldNames };
  const transport = createTransport({ ...options, dkim });
  const plainTransport = createTransport(options);
  const built = (i: number) => {
    const [name, link] = [`Müşteri${i}`, `${site}/u/${'x'.repeat(130)}${i}`];
    const fill = (text: string) => text.replaceAll('NAME', name).replaceAll('LINK', link);
    return transport.sendMail({
      from: { name: fromName, address: fromEmail },
      to: { name, address: `m${i}@example.com` },
      subject: `Merhaba ${name}`,
      html: fill(html),
      text: fill(plain),
      headers: {
        'List-Unsubscribe': `<${link}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'Feedback-ID': 'campaign:organization:campaign:ulakmail',
      },
    });
  };
  const passed = (by: typeof transport) => (raw: Buffer, i: number) =>
    by.sendMail({ envelope: { from: fromEmail, to: [`m${i}@example.com`] }, raw });
  return {
    build: (count) => watch(() => inParallel(CONNECTIONS, Array.from({ length: count }), (_, i) => built(i))),
    pass: (raws) => watch(() => inParallel(CONNECTIONS, raws, passed(transport))),
    passSigned: (raws) => watch(() => inParallel(CONNECTIONS, raws, passed(plainTransport))),
    close() {
      transport.close();
      plainTransport.close();
    },
  };
}
